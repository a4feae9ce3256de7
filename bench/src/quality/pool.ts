import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunAnswer, RunTask } from './run.ts';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));

/**
 * Runs tasks in so many processes, in order of their start; `done` gets each answer as it comes.
 * @param pythons paths by name of the environment
 */
export async function runAll(
  tasks: readonly RunTask[],
  jobs: number,
  pythons: { readonly [environment: string]: string },
  done: (task: RunTask, answer: RunAnswer) => void,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    const child = fork(worker, [JSON.stringify(pythons)], { serialization: 'advanced' });
    try {
      while (next < tasks.length) {
        const task = tasks[next++] as RunTask;
        done(task, await ask(child, task));
      }
    } finally {
      if (child.connected) child.disconnect();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, lane));
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
      settle(() => reject(new Error(`a worker ended with code ${code} at ${task.sampler.label} on ${task.problem}`)));
    child.on('message', onAnswer);
    child.on('exit', onExit);
    child.send(task);
  });
}
