import { Worker } from 'node:worker_threads';
import type { Answer, StartThread } from './threads.ts';

/** Answers questions with the global function `run`, which the script before it declares. */
const answering = `
;{
  const { parentPort } = require('node:worker_threads');
  parentPort.on('message', ({ id, input }) => {
    let answer = { id };
    try {
      answer = { id, output: run(input) };
    } catch {}
    parentPort.postMessage(answer);
  });
}`;

/** Starts a worker thread of Node. */
export const startThread: StartThread = (name, script, events) => {
  // It does not inherit the flags and the environment of this process, which may preload modules.
  const worker = new Worker(script + answering, { eval: true, name, execArgv: [], env: {} });
  let hasEnded = false;
  worker.on('message', (answer: Answer) => events.answered(answer));
  worker.on('error', ({ message }) => events.failed(message));
  worker.on('exit', () => {
    if (!hasEnded) events.failed('it has ended');
  });
  // Adding a listener refs the worker again, so this comes last.
  worker.unref();
  return {
    send: (message) => {
      worker.ref();
      worker.postMessage(message);
    },
    rest: () => worker.unref(),
    end: () => {
      hasEnded = true;
      void worker.terminate();
    },
  };
};
