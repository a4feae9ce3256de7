/**
 * `npm run bench:quality [-- --quick] [--samplers …] [--against …] [--problems …] …` compares our samplers with those of
 * Optuna and pycma on problems with known optima. docs/quality.md explains the options and the tables.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Problem, problems } from '@asktell/testing/problems';
import { PeerCache } from './cache.ts';
import { compare } from './compare.ts';
import { type Environments, findEnvironments } from './environments.ts';
import { KeptRuns } from './kept.ts';
import { asksForHelp, type QualityOptions, readOptions, usage } from './options.ts';
import { homeOf, isExpensive, isPeer } from './peers.ts';
import { type Match, matchesOf, runKey, tasksOf } from './plan.ts';
import { runAll } from './pool.ts';
import { qualityReport } from './report.ts';
import { Results } from './results.ts';
import type { RunTask, SamplerSpec } from './run.ts';
import { short } from './short.ts';

const args = process.argv.slice(2).filter((arg) => arg !== '--');

/** Parses the arguments and finds the peers. Prints a single line and exits if an argument is invalid. */
async function prepare(): Promise<{
  readonly options: QualityOptions;
  readonly matches: readonly Match[];
  readonly environments: Environments;
}> {
  try {
    const options = readOptions(args);
    const matches = matchesOf(options);
    if (options.out !== null) await mkdir(dirname(options.out), { recursive: true });
    const peers = matches.flatMap(({ ours, theirs }) => [ours, theirs]).filter(isPeer);
    return { options, matches, environments: findEnvironments(peers, options.fresh) };
  } catch (error) {
    console.error(`bench:quality: ${(error as Error).message}`);
    process.exit(1);
  }
}

if (asksForHelp(args)) {
  console.log(usage);
  process.exit();
}
const { options, matches, environments } = await prepare();
const byName = new Map(problems.map((problem) => [problem.name, problem]));
const cache = new PeerCache((sampler) => environments.get(homeOf(sampler).environment)?.versions ?? {});
const keptRuns = new Map<string, KeptRuns>();
const keptOf = ({ name }: SamplerSpec): KeptRuns => {
  const runs = keptRuns.get(name) ?? new KeptRuns(name);
  keptRuns.set(name, runs);
  return runs;
};
const results = new Results(options, (sampler) => keptOf(sampler).header);
const tasks = tasksOf(matches, options);

/** What need not be run, or cannot be. */
function lookUp(key: string, task: RunTask): void {
  const problem = byName.get(task.problem) as Problem;
  const { environment } = homeOf(task.sampler);
  const kept = options.fresh || !isExpensive(task.sampler) ? undefined : keptOf(task.sampler).result(problem, task);
  const cached = options.fresh ? undefined : cache.get(problem, task);
  if (kept !== undefined) results.addKept(key, kept);
  else if (!environments.has(environment))
    results.addAbsent(key, `no such run is kept, and .peers/${environment} is not installed; --fresh installs it`);
  else if (cached !== undefined) results.addCached(key, cached);
}

for (const [key, task] of tasks) if (isPeer(task.sampler)) lookUp(key, task);
const left = [...tasks].filter(([key]) => !results.has(key)).map(([, task]) => task);
console.error(
  `bench: ${left.length} studies of ${options.trials} trials to run, ${results.cached} from the cache, ${results.kept} kept`,
);

const started = performance.now();
const announced = new Set<string>();
let finished = 0;

/** Prints the result of each match on `problem` when all its runs are finished. */
function announce(problem: Problem): void {
  for (const match of matches) {
    const title = `${match.ours.label} : ${match.theirs.label}, ${problem.name}`;
    const pairing = match.problems.includes(problem) ? results.pairing(match, problem) : null;
    if (pairing === null || announced.has(title)) continue;
    announced.add(title);
    const cell = compare([pairing], options.trials)[0]?.cells.at(-1);
    const rest = ((performance.now() - started) / 1000 / finished) * (left.length - finished);
    const progress = `[${finished}/${left.length}, ${Math.ceil(rest)} s left]`;
    console.error(`${progress} ${title}: ${cell?.medians.map(short).join(' : ')} ${cell?.verdict}`);
  }
}

const pythons = Object.fromEntries([...environments].map(([name, { python }]) => [name, python]));
await runAll(left, options.jobs, pythons, (task, answer) => {
  finished++;
  const problem = byName.get(task.problem) as Problem;
  results.add(runKey(task.sampler.label, task.problem, task.seed), answer);
  if ('result' in answer && isPeer(task.sampler)) cache.set(problem, task, answer.result);
  announce(problem);
});

const comparisons = matches.map((match) => results.comparison(match));
const versions = Object.fromEntries(
  [...environments].flatMap(([name, { versions: all }]) =>
    Object.entries(all).map(([key, version]) => [name === '' ? key : `${name}/${key}`, version]),
  ),
);
const page = qualityReport(comparisons, options, versions, `npm run bench:quality -- ${args.join(' ')}`);
console.log(page);
if (options.out !== null) {
  await writeFile(`${options.out}.md`, page);
  await writeFile(`${options.out}.json`, `${JSON.stringify({ options, versions, comparisons })}\n`);
}
if (results.errors > 0) {
  console.error(`bench: ${results.errors} studies failed with an error; see "Skipped".`);
  process.exitCode = 1;
}
