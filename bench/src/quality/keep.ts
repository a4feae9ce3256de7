/**
 * `npm run bench:keep -- botorch,turbo,ax,smac,hebo [--seeds 5]`: makes the runs of expensive peers that are kept in the
 * repository. Runs that are kept already are not made again, so it can be stopped at any time and goes on where it was.
 */
import { type Problem, problems } from '@asktell/testing/problems';
import type { PythonEnvironment } from '../peers/environment.ts';
import { expensiveEnvironment } from './environments.ts';
import { type ExpensivePeer, expensivePeers, refusal } from './expensive-peers.ts';
import { expensiveProblems, expensiveSeeds, expensiveTrials } from './expensive-problems.ts';
import { KeptRuns } from './kept.ts';
import { Peer } from './peer.ts';
import { homeOf } from './peers.ts';
import { Recorder } from './recorder.ts';
import type { RunTask, SamplerSpec } from './run.ts';
import { short } from './short.ts';

interface Maker {
  readonly sampler: SamplerSpec;
  readonly peer: ExpensivePeer;
  readonly environment: PythonEnvironment;
  readonly kept: KeptRuns;
}

function readArguments(args: readonly string[]): { readonly names: readonly string[]; readonly seeds: number } {
  const known = Object.keys(expensivePeers).join(', ');
  const [list, flag, count, ...rest] = args.filter((arg) => arg !== '--');
  const seeds = flag === undefined ? expensiveSeeds : Number(count);
  const isWrong = list === undefined || (flag !== undefined && flag !== '--seeds') || rest.length > 0;
  if (isWrong || !Number.isSafeInteger(seeds) || seeds < 1)
    throw new Error(`usage: npm run bench:keep -- <peers of ${known}, with commas> [--seeds 5]`);
  const names = list.split(',');
  const stranger = names.find((name) => !Object.hasOwn(expensivePeers, name));
  if (stranger !== undefined) throw new Error(`unknown expensive peer '${stranger}'. The peers are ${known}`);
  return { names, seeds };
}

function makerOf(name: string): Maker {
  const peer = expensivePeers[name] as ExpensivePeer;
  const environment = expensiveEnvironment(peer.environment);
  const kept = new KeptRuns(name);
  kept.begin({ peer: name, trials: expensiveTrials, settings: peer.settings, versions: environment.versions });
  return { sampler: { label: name, name, options: {} }, peer, environment, kept };
}

/** One study, unless it is kept already or the peer is left out for the problem. */
async function make({ sampler, peer, environment, kept }: Maker, problem: Problem, seed: number): Promise<void> {
  if (refusal(peer, problem) !== null || kept.has(problem, seed)) return;
  const python = pythons.get(sampler.name) ?? new Peer(environment.python, homeOf(sampler).script);
  pythons.set(sampler.name, python);
  const task: RunTask = { sampler, problem: problem.name, seed, trials: expensiveTrials, concurrency: 1 };
  const recorder = new Recorder(problem, task);
  const what = `${sampler.name} ${problem.name} seed ${seed}`;
  const result = await python.run(problem, task, recorder).catch((error: Error) => error);
  if (result instanceof Error) {
    console.error(`bench:keep: ${what}: ${result.message}`);
    process.exitCode = 1;
    return; // the others are worth having
  }
  const { seconds, failed, failedLate } = result;
  const secondsPerAsk = Number((seconds / task.trials).toPrecision(3));
  const steps = recorder.steps.map(([trial, value]) => [trial, Number(value.toPrecision(6))] as const);
  kept.add(problem, { seed, steps, failed, failedLate, secondsPerAsk });
  const regret = short(recorder.steps.at(-1)?.[1] ?? Number.POSITIVE_INFINITY);
  console.log(`${new Date().toISOString()} ${what}: ${regret}, ${secondsPerAsk} s a trial`);
}

const pythons = new Map<string, Peer>();
try {
  const { names, seeds } = readArguments(process.argv.slice(2));
  const makers = names.map(makerOf);
  const chosen = expensiveProblems.map((name) => problems.find((problem) => problem.name === name) as Problem);
  // All peers on a problem, then the next one, then the next seed: whenever this is stopped, what is there can be compared.
  for (let seed = 1; seed <= seeds; seed++)
    for (const problem of chosen) for (const maker of makers) await make(maker, problem, seed);
} catch (error) {
  console.error(`bench:keep: ${(error as Error).message}`);
  process.exitCode = 1;
} finally {
  for (const python of pythons.values()) python.close();
}
