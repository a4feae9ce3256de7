import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Problem } from '@asktell/testing/problems';
import { fingerprint } from './cache.ts';
import { expensiveTrials } from './expensive-problems.ts';
import { checkpointsOf, type RunResult, type RunTask } from './run.ts';

/** How the runs of a file were made: its first line. */
export interface KeptHeader {
  readonly peer: string;
  readonly trials: number;
  readonly settings: string;
  /** Of Python and of the packages, by name. */
  readonly versions: { readonly [name: string]: string };
}

/** One study: every other line of a file. */
export interface KeptRun {
  readonly problem: string;
  /** Of the problem as it was then, so that a changed one is not compared with old runs. */
  readonly print: string;
  readonly seed: number;
  /** The trials, from 1, that changed the regret, each with the regret from there on; no trial before the first one succeeded. */
  readonly steps: readonly (readonly [trial: number, regret: number])[];
  readonly failed: number;
  readonly failedLate: number;
  /** Processor time of the whole study in Python, over the number of trials. */
  readonly secondsPerAsk: number;
}

/** The runs of expensive peers that are in the repository, one file of JSON lines a peer. */
const usualFolder = fileURLToPath(new URL('../../src/quality/kept', import.meta.url));

/** The kept runs of one peer. Each run is written when it ends, so the process can be stopped at any time. */
export class KeptRuns {
  readonly #path: string;
  readonly #runs = new Map<string, KeptRun>();
  #header: KeptHeader | null = null;

  constructor(peer: string, folder: string = usualFolder) {
    this.#path = `${folder}/${peer}.ndjson`;
    if (!existsSync(this.#path)) return;
    const [first, ...rest] = readFileSync(this.#path, 'utf8').split('\n');
    this.#header = JSON.parse(first as string) as KeptHeader;
    for (const line of rest) {
      if (!line.endsWith('}')) continue; // the last line of a process that was killed
      const run = JSON.parse(line) as KeptRun;
      this.#runs.set(keyOf(run.problem, run.print, run.seed), run);
    }
  }

  /** `null` when no runs are kept. */
  get header(): KeptHeader | null {
    return this.#header;
  }

  /**
   * Begins a file, or goes on with one that was made in the same way.
   * @throws Error when it was made in another way
   */
  begin(header: KeptHeader): void {
    if (this.#header === null) {
      mkdirSync(dirname(this.#path), { recursive: true });
      appendFileSync(this.#path, `${JSON.stringify(header)}\n`);
      this.#header = header;
    } else if (JSON.stringify(this.#header) !== JSON.stringify(header)) {
      throw new Error(`${this.#path} was made with other versions or settings; remove it to make all runs again`);
    } else {
      // Half a line, of a process that was killed, would spoil the next one.
      truncateSync(this.#path, readFileSync(this.#path).lastIndexOf('\n') + 1);
    }
  }

  has(problem: Problem, seed: number): boolean {
    return this.#runs.has(keyOf(problem.name, fingerprint(problem), seed));
  }

  add(problem: Problem, run: Omit<KeptRun, 'problem' | 'print'>): void {
    const whole: KeptRun = { problem: problem.name, print: fingerprint(problem), ...run };
    this.#runs.set(keyOf(whole.problem, whole.print, whole.seed), whole);
    appendFileSync(this.#path, `${JSON.stringify(whole)}\n`);
  }

  /** The run of a task as if it had been run now, if it is kept: only of the length, and one trial at a time. */
  result(problem: Problem, task: RunTask): RunResult | undefined {
    const isKind = task.trials === expensiveTrials && task.concurrency === 1;
    if (!isKind || Object.keys(task.sampler.options).length > 0) return undefined;
    const run = this.#runs.get(keyOf(problem.name, fingerprint(problem), task.seed));
    if (run === undefined) return undefined;
    const regrets = checkpointsOf(task.trials).map((checkpoint) => regretAt(run, checkpoint));
    const { failed, failedLate, secondsPerAsk } = run;
    return { regrets: [regrets], failed, failedLate, distances: [], seconds: secondsPerAsk * task.trials };
  }
}

/** By number of trials. Infinite until a trial succeeds. */
export function regretAt({ steps }: Pick<KeptRun, 'steps'>, trials: number): number {
  return steps.findLast(([trial]) => trial <= trials)?.[1] ?? Number.POSITIVE_INFINITY;
}

function keyOf(problem: string, print: string, seed: number): string {
  return `${problem} ${print} ${seed}`;
}
