/**
 * `npm run bench:quality [-- --quick] [--samplers …] [--against …] [--problems …] …`: our samplers beside those of Optuna and
 * pycma, run live on problems with known optima; docs/quality.md explains the options and the tables.
 */
import { writeFile } from 'node:fs/promises';
import { type Problem, problems } from '@asktell/testing/problems';
import { findPython } from '../peers/environment.ts';
import { PeerCache } from './cache.ts';
import { compare, type Pairing } from './compare.ts';
import { type QualityOptions, readOptions, readSamplers } from './options.ts';
import { ourSampler } from './ours.ts';
import { isPeer, peerPackages, peerSamplers, usualOpponent } from './peers.ts';
import { runAll } from './pool.ts';
import { type Comparison, qualityReport, short } from './report.ts';
import type { RunResult, RunTask, SamplerSpec } from './run.ts';

/** Who is compared with whom, on which problems. */
interface Match {
  readonly ours: SamplerSpec;
  readonly theirs: SamplerSpec;
  readonly problems: readonly Problem[];
  readonly skipped: string[];
}

function chosenProblems({ problems: filter, split }: QualityOptions): readonly Problem[] {
  const pattern = filter === null ? null : new RegExp(filter);
  const chosen = problems.filter(
    (problem) =>
      (split === 'both' || problem.split === split) &&
      (pattern === null ||
        problem.family === filter ||
        problem.tags.includes(filter as string) ||
        pattern.test(problem.name)),
  );
  if (chosen.length === 0) throw new Error(`no problem of the split '${split}' is called '${filter}', or has that tag`);
  return chosen;
}

/** Why a sampler cannot run on a problem, or `null`. */
function unfit(sampler: SamplerSpec, problem: Problem): string | null {
  if (isPeer(sampler)) {
    const able = peerSamplers[sampler.name] as (typeof peerSamplers)[string];
    if (problem.objectives > 1 && !able.several) return `${sampler.label} takes one objective`;
    if (able.floatsOnly && !(['smooth', 'multimodal'] as string[]).includes(problem.family))
      return `${sampler.label} takes plain floats`;
    return null;
  }
  return problem.objectives > 1 && ourSampler(sampler).supports.objectives !== 'many'
    ? `${sampler.label} takes one objective`
    : null;
}

function matchesOf(options: QualityOptions): readonly Match[] {
  const chosen = chosenProblems(options);
  return options.samplers.flatMap((ours) =>
    (options.against ?? readSamplers(usualOpponent(ours.name))).map((theirs) => {
      const skipped: string[] = [];
      const fit = chosen.filter((problem) => {
        const reason = unfit(ours, problem) ?? unfit(theirs, problem);
        if (reason !== null) skipped.push(`${problem.name}: ${reason}`);
        return reason === null;
      });
      return { ours, theirs, problems: fit, skipped };
    }),
  );
}

const runKey = (sampler: string, problem: string, seed: number): string => `${sampler} ${problem} ${seed}`;

const options = readOptions(process.argv.slice(2));
const matches = matchesOf(options);
const everybody = matches.flatMap(({ ours, theirs }) => [ours, theirs]);
const python = findPython(peerPackages(everybody.filter(isPeer)));
if (typeof python === 'string' && everybody.some(isPeer)) throw new Error(`bench:quality cannot run: ${python}`);
const { python: executable, versions } = typeof python === 'string' ? { python: '', versions: {} } : python;
const cache = new PeerCache(versions);

/** Each run once, problem by problem, so that the first lines of the table are known early. */
const tasks = new Map<string, RunTask>();
for (const problem of problems) {
  for (const match of matches.filter((candidate) => candidate.problems.includes(problem))) {
    for (const sampler of [match.ours, match.theirs]) {
      for (let seed = 1; seed <= options.seeds; seed++) {
        const { trials, concurrency } = options;
        const task = { sampler, problem: problem.name, seed, trials, concurrency };
        tasks.set(runKey(sampler.label, problem.name, seed), task);
      }
    }
  }
}

const byName = new Map(problems.map((problem) => [problem.name, problem]));
const results = new Map<string, RunResult>();
const errors = new Map<string, string>();
let cached = new Set<string>();
if (!options.fresh) {
  for (const [key, task] of tasks) {
    const known = isPeer(task.sampler) ? cache.get(byName.get(task.problem) as Problem, task) : undefined;
    if (known !== undefined) results.set(key, known);
  }
  cached = new Set(results.keys());
}
const left = [...tasks].filter(([key]) => !results.has(key)).map(([, task]) => task);
console.error(`bench: ${left.length} studies of ${options.trials} trials to run, ${cached.size} from the cache`);

/** The runs of a side, where all of them went well. */
function runsOf(sampler: SamplerSpec, problem: Problem): readonly RunResult[] | null {
  const runs = Array.from({ length: options.seeds }, (_, i) => results.get(runKey(sampler.label, problem.name, i + 1)));
  return runs.every((run) => run !== undefined) ? (runs as RunResult[]) : null;
}

function pairingsOf(match: Match): readonly Pairing[] {
  return match.problems.flatMap((problem) => {
    const [ours, theirs] = [runsOf(match.ours, problem), runsOf(match.theirs, problem)];
    return ours === null || theirs === null ? [] : [{ problem, ours, theirs }];
  });
}

const started = performance.now();
let finished = 0;
const announced = new Set<string>();
await runAll(left, options.jobs, executable, (task, answer) => {
  finished++;
  const key = runKey(task.sampler.label, task.problem, task.seed);
  const problem = byName.get(task.problem) as Problem;
  if ('error' in answer) errors.set(key, answer.error);
  else {
    results.set(key, answer.result);
    if (isPeer(task.sampler)) cache.set(problem, task, answer.result);
  }
  announce(problem);
});

/** A line as soon as a problem is done for a match. */
function announce(problem: Problem): void {
  for (const match of matches.filter((candidate) => candidate.problems.includes(problem))) {
    const title = `${match.ours.label} : ${match.theirs.label}, ${problem.name}`;
    if (announced.has(title)) continue;
    const [ours, theirs] = [runsOf(match.ours, problem), runsOf(match.theirs, problem)];
    if (ours === null || theirs === null) continue;
    announced.add(title);
    const cell = compare([{ problem, ours, theirs }], options.trials)[0]?.cells.at(-1);
    if (cell === undefined) continue;
    const rest = ((performance.now() - started) / 1000 / finished) * (left.length - finished);
    console.error(
      `[${finished}/${left.length}, ${Math.ceil(rest)} s left] ${title}: ${cell.medians.map(short).join(' : ')} ${cell.verdict}`,
    );
  }
}

const comparisons: Comparison[] = matches.map((match) => {
  const failures = [...errors].filter(([key]) =>
    match.problems.some(
      ({ name }) => key.startsWith(`${match.ours.label} ${name} `) || key.startsWith(`${match.theirs.label} ${name} `),
    ),
  );
  const pairings = pairingsOf(match);
  const theirKeys = pairings.flatMap(({ problem }) =>
    Array.from({ length: options.seeds }, (_, i) => runKey(match.theirs.label, problem.name, i + 1)),
  );
  return {
    ours: match.ours.label,
    theirs: match.theirs.label,
    rows: compare(pairings, options.trials),
    skipped: [...match.skipped, ...failures.map(([key, message]) => `${key}: ${message}`)],
    cached: theirKeys.filter((key) => cached.has(key)).length,
    runs: theirKeys.length,
  };
});

const page = qualityReport(
  comparisons,
  options,
  versions,
  `npm run bench:quality -- ${process.argv.slice(2).join(' ')}`,
);
console.log(page);
if (options.out !== null) {
  await writeFile(`${options.out}.md`, page);
  await writeFile(`${options.out}.json`, `${JSON.stringify({ options, versions, comparisons }, null, 1)}\n`);
}
if (errors.size > 0) {
  console.error(`bench: ${errors.size} studies ended with an error; see "Left out".`);
  process.exitCode = 1;
}
