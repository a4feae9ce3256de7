import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { singleThreaded } from '../peers/environment.ts';
import { type PrunerRun, type PrunerTask, studySeed } from './run.ts';
import { tablePath } from './tables/curve-table.ts';

/** Runs the peer's studies. */
export const peerScript: string = fileURLToPath(new URL('../../src/pruners/pruners_peer.py', import.meta.url));

/** Packages that the script needs, with exact versions. scipy is for the Wilcoxon test. */
export const peerPackages = { optuna: '5.0.0', scipy: '1.17.1' } as const;

/** A Python process that runs one study after the other. */
export class Peer {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(python: string) {
    this.#child = spawn(python, [peerScript], { stdio: ['pipe', 'pipe', 'inherit'], env: singleThreaded() });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @throws Error with Python's traceback */
  async run(task: PrunerTask): Promise<PrunerRun> {
    const { spec, table, seed, steps } = task;
    const request = {
      table: tablePath(table),
      pruner: spec.name,
      options: spec.options,
      folds: spec.readsFolds ?? false,
      name: `${table}-${seed}`,
      seed: studySeed(task),
      steps,
    };
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the Python process has ended');
    const answer = JSON.parse(value as string) as PrunerRun | { readonly error: string };
    if ('error' in answer) throw new Error(answer.error);
    return answer;
  }

  close(): void {
    this.#child.stdin.end();
  }
}
