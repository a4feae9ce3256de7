import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A line that a worker has written. */
export type Fact = { readonly [key: string]: unknown };

/** A process that runs a script and writes facts, one JSON object a line. */
export class WorkerProcess {
  readonly process: ChildProcess;
  readonly facts: Fact[] = [];
  /** Resolves when the process has ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  #errors = '';
  #waiting: (() => void)[] = [];

  /** @param command words before the script, such as `unshare` with its options */
  constructor(script: URL, args: readonly string[], command: readonly string[] = []) {
    const [first, ...rest] = [...command, process.execPath, fileURLToPath(script), ...args];
    this.process = spawn(first as string, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stderr?.on('data', (chunk) => {
      this.#errors += String(chunk);
    });
    createInterface({ input: this.process.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      this.facts.push(JSON.parse(line) as Fact);
      for (const wake of this.#waiting.splice(0)) wake();
    });
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => {
        resolve(signal ?? (code as number));
        for (const wake of this.#waiting.splice(0)) wake();
      });
    });
  }

  get errors(): string {
    return this.#errors;
  }

  /** The first line with this key, as soon as the process has written it. */
  async fact(key: string): Promise<unknown> {
    for (;;) {
      const found = this.facts.find((fact) => key in fact);
      if (found !== undefined) return found[key];
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`The process ended without ${key}: ${this.#errors}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }
}
