import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileSpace, drawInternal, isActive, rngFor, toExternal } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { homeOf, isExpensive, peerPackages } from './peers.ts';
import { type RunResult, type RunTask, type SamplerSpec, studySeed } from './run.ts';

/** Git-ignored. ASKTELL_QUALITY_CACHE names another folder, which several working copies can share. */
const usualFolder =
  process.env['ASKTELL_QUALITY_CACHE'] ?? fileURLToPath(new URL('../../../.asktell/quality', import.meta.url));
const script = fileURLToPath(new URL('../../src/quality/quality_peer.py', import.meta.url));

/** By name. */
type Versions = { readonly [name: string]: string };

/**
 * Runs of peers, which do not change while ours do. A run is found again by sampler and options, versions, the script, the
 * problem (by values at random points, so that a changed one is another), seed, trials and concurrency.
 */
export class PeerCache {
  readonly #folder: string;
  readonly #path: string;
  readonly #runs = new Map<string, RunResult>();
  readonly #prints = new Map<string, string>();
  readonly #versionsOf: (sampler: SamplerSpec) => Versions;

  /** `versionsOf` gives those of Python and of the packages that a peer runs with. */
  constructor(versionsOf: (sampler: SamplerSpec) => Versions, folder: string = usualFolder) {
    this.#versionsOf = versionsOf;
    this.#folder = folder;
    this.#path = join(folder, `${hash(readFileSync(script, 'utf8'))}.ndjson`);
    if (!existsSync(this.#path)) return;
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (!line.endsWith('}')) continue; // the last line of a run that was killed
      const { key: run, result } = JSON.parse(line) as { key: string; result: RunResult };
      this.#runs.set(run, { ...result, regrets: result.regrets.map((list) => list.map((x) => x ?? Infinity)) });
    }
  }

  get(problem: Problem, task: RunTask): RunResult | undefined {
    return this.#runs.get(this.#keyOf(problem, task));
  }

  set(problem: Problem, task: RunTask, result: RunResult): void {
    const key = this.#keyOf(problem, task);
    this.#runs.set(key, result);
    mkdirSync(this.#folder, { recursive: true });
    appendFileSync(this.#path, `${JSON.stringify({ key, result })}\n`); // infinities become null
  }

  #keyOf(problem: Problem, task: RunTask): string {
    const { sampler, trials, concurrency } = task;
    let print = this.#prints.get(problem.name);
    if (print === undefined) {
      print = fingerprint(problem);
      this.#prints.set(problem.name, print);
    }
    const options = JSON.stringify(Object.entries(sampler.options).sort());
    const versions = this.#versionsOf(sampler);
    const from = ['python', ...Object.keys(peerPackages([sampler]))].map((name) => `${name} ${versions[name]}`);
    if (isExpensive(sampler)) from.push(hash(sourcesBeside(homeOf(sampler).script))); // not the script in the path
    return [sampler.name, options, from.join(' '), problem.name, print, studySeed(task), trials, concurrency].join(' ');
  }
}

/** A script and what it imports. */
function sourcesBeside(path: string): string {
  const folder = dirname(path);
  const names = readdirSync(folder).filter((name) => name.endsWith('.py'));
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Changes when the space, the noise, the optimum or the values of a problem do. */
export function fingerprint(problem: Problem): string {
  const { compiled } = compileSpace(problem.space);
  const rng = rngFor(1, 0, 'fingerprint');
  const values = Array.from({ length: 8 }, () => {
    const x = new Float64Array(compiled.params.length).fill(Number.NaN);
    const params = Object.fromEntries(
      compiled.params.flatMap(({ name, dist }, i) => {
        if (!isActive(compiled, i, x)) return [];
        x[i] = drawInternal(dist, rng);
        return [[name, toExternal(dist, x[i] as number)] as const];
      }),
    );
    try {
      return problem.objective(params);
    } catch (error) {
      return String(error);
    }
  });
  return hash(JSON.stringify([compiled.params, problem.noise, problem.optimum, values]));
}
