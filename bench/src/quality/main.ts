/**
 * `npm run bench:quality [-- --quick] [--samplers …] [--against …] [--problems …] …` compares our samplers with those of
 * Optuna and pycma on problems with known optima. docs/quality.md explains the options and the tables.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Problem, problems } from '@asktell/testing/problems';
import { findPython, type PythonEnvironment } from '../peers/environment.ts';
import { PeerCache } from './cache.ts';
import { compare } from './compare.ts';
import { asksForHelp, type QualityOptions, readOptions, usage } from './options.ts';
import { isPeer, peerPackages } from './peers.ts';
import { type Match, matchesOf, runKey, tasksOf } from './plan.ts';
import { runAll } from './pool.ts';
import { qualityReport, short } from './report.ts';
import { Results } from './results.ts';

const args = process.argv.slice(2).filter((arg) => arg !== '--');

/** Parses the arguments and finds the peers. Prints a single line and exits if an argument is invalid. */
async function prepare(): Promise<{
  readonly options: QualityOptions;
  readonly matches: readonly Match[];
  readonly environment: PythonEnvironment;
}> {
  try {
    const options = readOptions(args);
    const matches = matchesOf(options);
    if (options.out !== null) await mkdir(dirname(options.out), { recursive: true });
    const peers = matches.flatMap(({ ours, theirs }) => [ours, theirs]).filter(isPeer);
    const environment = peers.length === 0 ? { python: '', versions: {} } : findPython(peerPackages(peers));
    if (typeof environment === 'string') throw new Error(environment);
    return { options, matches, environment };
  } catch (error) {
    console.error(`bench:quality: ${(error as Error).message}`);
    process.exit(1);
  }
}

if (asksForHelp(args)) {
  console.log(usage);
  process.exit();
}
const { options, matches, environment } = await prepare();
const byName = new Map(problems.map((problem) => [problem.name, problem]));
const cache = new PeerCache(environment.versions);
const results = new Results(options);
const tasks = tasksOf(matches, options);
for (const [key, task] of tasks) {
  const known =
    options.fresh || !isPeer(task.sampler) ? undefined : cache.get(byName.get(task.problem) as Problem, task);
  if (known !== undefined) results.addCached(key, known);
}
const left = [...tasks].filter(([key]) => !results.has(key)).map(([, task]) => task);
console.error(`bench: ${left.length} studies of ${options.trials} trials to run, ${results.cached} from the cache`);

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

await runAll(left, options.jobs, environment.python, (task, answer) => {
  finished++;
  const problem = byName.get(task.problem) as Problem;
  results.add(runKey(task.sampler.label, task.problem, task.seed), answer);
  if ('result' in answer && isPeer(task.sampler)) cache.set(problem, task, answer.result);
  announce(problem);
});

const comparisons = matches.map((match) => results.comparison(match));
const page = qualityReport(comparisons, options, environment.versions, `npm run bench:quality -- ${args.join(' ')}`);
console.log(page);
if (options.out !== null) {
  await writeFile(`${options.out}.md`, page);
  await writeFile(
    `${options.out}.json`,
    `${JSON.stringify({ options, versions: environment.versions, comparisons })}\n`,
  );
}
if (results.errors > 0) {
  console.error(`bench: ${results.errors} studies failed with an error; see "Skipped".`);
  process.exitCode = 1;
}
