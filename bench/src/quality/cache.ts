import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileSpace, drawInternal, isActive, rngFor, toExternal } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { peerPackages } from './peers.ts';
import { type RunResult, type RunTask, studySeed } from './run.ts';

/** Ignored by git. Several working copies can share the folder that ASKTELL_QUALITY_CACHE names. */
const defaultFolder =
  process.env['ASKTELL_QUALITY_CACHE'] ?? fileURLToPath(new URL('../../../.asktell/quality', import.meta.url));
const script = fileURLToPath(new URL('../../src/quality/quality_peer.py', import.meta.url));

/**
 * Caches the runs of peers, which do not change when our code does. The key consists of the sampler and its options, the
 * versions, the script, the problem, the seed, the number of trials and the concurrency. The key of a problem includes its
 * values at random points, so that a changed problem has another key.
 */
export class PeerCache {
  readonly #folder: string;
  readonly #path: string;
  readonly #runs = new Map<string, RunResult>();
  readonly #fingerprints = new Map<string, string>();
  readonly #versions: { readonly [name: string]: string };

  /** @param versions versions of the packages by name, and of Python under `python` */
  constructor(versions: { readonly [name: string]: string }, folder: string = defaultFolder) {
    this.#versions = versions;
    this.#folder = folder;
    this.#path = join(folder, `${hash(readFileSync(script, 'utf8'))}.ndjson`);
    if (!existsSync(this.#path)) return;
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (!line.endsWith('}')) continue; // a killed process may leave an incomplete last line
      const { key: run, result } = JSON.parse(line) as { key: string; result: RunResult };
      this.#runs.set(run, { ...result, regrets: result.regrets.map((list) => list.map((x) => x ?? Infinity)) });
    }
  }

  /** The cached result of a run, or `undefined`. */
  get(problem: Problem, task: RunTask): RunResult | undefined {
    return this.#runs.get(this.#keyOf(problem, task));
  }

  /** Appends the result of a run to the cache file. */
  set(problem: Problem, task: RunTask, result: RunResult): void {
    const key = this.#keyOf(problem, task);
    this.#runs.set(key, result);
    mkdirSync(this.#folder, { recursive: true });
    appendFileSync(this.#path, `${JSON.stringify({ key, result })}\n`); // infinities become null
  }

  #keyOf(problem: Problem, task: RunTask): string {
    const { sampler, trials, concurrency } = task;
    let print = this.#fingerprints.get(problem.name);
    if (print === undefined) {
      print = fingerprint(problem);
      this.#fingerprints.set(problem.name, print);
    }
    const options = JSON.stringify(Object.entries(sampler.options).sort());
    const from = ['python', ...Object.keys(peerPackages([sampler]))].map((name) => `${name} ${this.#versions[name]}`);
    return [sampler.name, options, from.join(' '), problem.name, print, studySeed(task), trials, concurrency].join(' ');
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** A hash of the space, the noise, the optimum and sample values of a problem. */
function fingerprint(problem: Problem): string {
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
