import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { compileSpace, type Distribution, type ParamSpec, type Scalar } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { singleThreaded } from '../peers/environment.ts';
import { Recorder } from './recorder.ts';
import { type RunResult, type RunTask, studySeed } from './run.ts';

const usualScript = fileURLToPath(new URL('../../src/quality/quality_peer.py', import.meta.url));

type Message =
  | { readonly ask: { readonly [name: string]: Scalar } }
  | { readonly end: number }
  | { readonly error: string };

/** A Python process that runs one study after the other; the problems are evaluated here, so both sides see the same values. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** `-B`: no compiled files beside the sources. */
  constructor(python: string, script: string = usualScript) {
    this.#child = spawn(python, ['-B', script], { stdio: ['pipe', 'pipe', 'inherit'], env: singleThreaded() });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Error with Python's traceback when the sampler cannot do it */
  async run(problem: Problem, task: RunTask, recorder: Recorder = new Recorder(problem, task)): Promise<RunResult> {
    const { sampler, trials, concurrency } = task;
    this.#send({
      run: {
        sampler: sampler.name,
        options: sampler.options,
        seed: studySeed(task),
        trials,
        concurrency,
        objectives: problem.objectives,
        noisy: problem.noise > 0,
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

  close(): void {
    this.#child.stdin.end();
  }

  #send(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  async #receive(): Promise<Message> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the Python process has ended');
    return JSON.parse(value as string) as Message;
  }
}

/** The flattened space in the words of quality_peer.py. */
function describeSpace(problem: Problem): readonly object[] {
  const { params } = compileSpace(problem.space).compiled;
  return params.map(({ name, dist, when }) => {
    if (when === null) return { name, ...describe(dist), when: null };
    const parent = params[when.param] as ParamSpec;
    const { choices } = parent.dist as { readonly choices: readonly Scalar[] };
    return { name, ...describe(dist), when: { name: parent.name, value: choices[when.choice] } };
  });
}

/** Optuna refuses a step beside `log`, also a step of 1. */
function describe(dist: Distribution): object {
  return dist.kind === 'int' && dist.log ? { ...dist, step: 1 } : dist;
}
