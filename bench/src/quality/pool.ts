import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunAnswer, RunTask } from './run.ts';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Runs tasks in `jobs` processes, started in order. `done` is called with each answer as it arrives. */
export async function runAll(
  tasks: readonly RunTask[],
  jobs: number,
  python: string,
  done: (task: RunTask, answer: RunAnswer) => void,
): Promise<void> {
  let next = 0;
  const runWorker = async (): Promise<void> => {
    const child = fork(worker, [python], { serialization: 'advanced' });
    try {
      while (next < tasks.length) {
        const task = tasks[next++] as RunTask;
        done(task, await ask(child, task));
      }
    } finally {
      if (child.connected) child.disconnect();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, runWorker));
}

function ask(child: ChildProcess, task: RunTask): Promise<RunAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void): void => {
      child.off('message', onAnswer);
      child.off('exit', onExit);
      action();
    };
    const onAnswer = (answer: RunAnswer): void => settle(() => resolve(answer));
    const onExit = (code: number | null): void =>
      settle(() =>
        reject(new Error(`a worker exited with code ${code} while it ran ${task.sampler.label} on ${task.problem}`)),
      );
    child.on('message', onAnswer);
    child.on('exit', onExit);
    child.send(task);
  });
}
