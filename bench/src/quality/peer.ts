import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileSpace, type Distribution, type ParamSpec, type Scalar } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { singleThreaded } from '../peers/environment.ts';
import { Recorder } from './recorder.ts';
import { type RunResult, type RunTask, studySeed } from './run.ts';

const script = fileURLToPath(new URL('../../src/quality/quality_peer.py', import.meta.url));

type Message =
  | { readonly ask: { readonly [name: string]: Scalar } }
  | { readonly end: number }
  | { readonly error: string };

/** A Python process that runs studies. The problems are evaluated in this process, so both sides get the same values. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    this.#child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'], env: singleThreaded() });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /**
   * Runs one study.
   * @throws Error with the traceback of Python
   */
  async run(problem: Problem, task: RunTask): Promise<RunResult> {
    const recorder = new Recorder(problem, task);
    const { sampler, trials, concurrency } = task;
    this.#send({
      run: {
        sampler: sampler.name,
        options: sampler.options,
        seed: studySeed(task),
        trials,
        concurrency,
        objectives: problem.objectives,
        params: describeSpace(problem),
      },
    });
    for (;;) {
      const message = await this.#receive();
      if ('error' in message) throw new Error(message.error);
      if ('end' in message) return recorder.end(message.end);
      this.#send(recorder.evaluate(message.ask) ?? { fail: true });
    }
  }

  /** Ends the process. */
  close(): void {
    this.#child.stdin.end();
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async #receive(): Promise<Message> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the Python process exited unexpectedly');
    return JSON.parse(value as string) as Message;
  }
}

/** The flattened space in the format of quality_peer.py. */
function describeSpace(problem: Problem): readonly object[] {
  const { params } = compileSpace(problem.space).compiled;
  return params.map(({ name, dist, when }) => {
    if (when === null) return { name, ...describe(dist), when: null };
    const parent = params[when.param] as ParamSpec;
    const { choices } = parent.dist as { readonly choices: readonly Scalar[] };
    return { name, ...describe(dist), when: { name: parent.name, value: choices[when.choice] } };
  });
}

/** Removes the step of logarithmic ints, because Optuna rejects a step together with `log`. */
function describe(dist: Distribution): object {
  return dist.kind === 'int' && dist.log ? { ...dist, step: 1 } : dist;
}
