/** A process that runs studies as it is told to, one at a time, until its parent lets go of it. */
import { problems } from '@asktell/testing/problems';
import { runOurs } from './ours.ts';
import { Peer } from './peer.ts';
import { homeOf, isPeer } from './peers.ts';
import type { RunAnswer, RunResult, RunTask } from './run.ts';

/** By name of the environment. */
const pythons = JSON.parse(process.argv[2] as string) as { readonly [environment: string]: string };
/** By script. */
const peers = new Map<string, Peer>();

async function run(task: RunTask): Promise<RunResult> {
  const problem = problems.find(({ name }) => name === task.problem);
  if (problem === undefined) throw new Error(`there is no problem '${task.problem}'`);
  if (!isPeer(task.sampler)) return runOurs(problem, task);
  const { environment, script } = homeOf(task.sampler);
  const peer = peers.get(script) ?? new Peer(pythons[environment] as string, script);
  peers.set(script, peer);
  try {
    return await peer.run(problem, task);
  } catch (error) {
    peer.close(); // it may be waiting for an answer still
    peers.delete(script);
    throw error;
  }
}

process.on('message', (task: RunTask) => {
  void run(task)
    .then(
      (result): RunAnswer => ({ result }),
      (error: unknown): RunAnswer => ({ error: error instanceof Error ? error.message : String(error) }),
    )
    .then((answer) => process.send?.(answer));
});
process.on('disconnect', () => {
  for (const peer of peers.values()) peer.close();
});
