import type { Answer, StartThread } from './threads.ts';

/** Answers questions with the global function `run`, which the script before it declares. */
const answering = `
;onmessage = ({ data: { id, input } }) => {
  let answer = { id };
  try {
    answer = { id, output: run(input) };
  } catch {}
  postMessage(answer);
};`;

/** The used members of a `Worker`. */
interface WebWorker {
  onmessage: ((event: { readonly data: Answer }) => void) | null;
  onerror: ((event: { readonly message?: string }) => void) | null;
  postMessage(message: unknown): void;
  terminate(): void;
}

interface Globals {
  readonly Worker?: new (url: string, options: { readonly name: string }) => WebWorker;
}

/** Starts a web worker. A content security policy can forbid it: `worker-src blob:` allows it. */
export const startThread: StartThread = (name, script, events) => {
  const { Worker } = globalThis as unknown as Globals;
  if (Worker === undefined) throw new Error('there are no web workers here');
  const url = URL.createObjectURL(new Blob([script + answering], { type: 'text/javascript' }));
  const worker = new Worker(url, { name });
  worker.onmessage = ({ data }) => {
    URL.revokeObjectURL(url);
    events.answered(data);
  };
  worker.onerror = ({ message }) => events.failed(message ?? 'a content security policy may forbid it');
  return { send: (message) => worker.postMessage(message), rest: () => undefined, end: () => worker.terminate() };
};
