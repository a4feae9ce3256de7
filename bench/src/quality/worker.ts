/** A worker process. It runs one study per message until the parent disconnects. */
import { problems } from '@asktell/testing/problems';
import { runOurs } from './ours.ts';
import { Peer } from './peer.ts';
import { isPeer } from './peers.ts';
import type { RunAnswer, RunResult, RunTask } from './run.ts';

const python = process.argv[2] as string;
let peer: Peer | null = null;

async function run(task: RunTask): Promise<RunResult> {
  const problem = problems.find(({ name }) => name === task.problem);
  if (problem === undefined) throw new Error(`'${task.problem}' is not a problem`);
  if (!isPeer(task.sampler)) return runOurs(problem, task);
  peer ??= new Peer(python);
  try {
    return await peer.run(problem, task);
  } catch (error) {
    peer.close(); // it may still wait for an answer
    peer = null;
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
  peer?.close();
});
