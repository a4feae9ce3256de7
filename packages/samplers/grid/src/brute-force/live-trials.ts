import type { SampleContext } from '@asktell/core';
import type { Step } from './suggestion-tree.ts';

interface LiveTrial {
  readonly number: number;
  /** Tells trials of several studies apart. */
  readonly startedAt: number;
  readonly path: readonly Step[];
}

/** Trials that nobody finishes must not pile up. */
const mostKept = 1000;

/**
 * What the trials of this process are suggesting right now, whether it is stored already or not. No memory of the search: what
 * a trial gets when it runs alone is a function of the history.
 */
export class LiveTrials {
  readonly #trials = new Map<string, LiveTrial>();

  /** What a trial has been answered so far. */
  note({ trial: { number }, history }: SampleContext, path: readonly Step[]): void {
    const startedAt = history.startedAt[number] as number;
    this.#trials.set(`${number}:${startedAt}`, { number, startedAt, path });
    if (this.#trials.size > mostKept) this.#trials.delete(this.#trials.keys().next().value as string);
  }

  /** Paths of the other trials that this one has not seen finish. */
  others({ trial: { number }, history }: SampleContext): ReadonlyMap<number, readonly Step[]> {
    const paths = new Map<number, readonly Step[]>();
    let oldest = history.startedAt[number] as number;
    for (const row of history.running)
      if (Number.isNaN(history.finishedAt[row])) oldest = Math.min(oldest, history.startedAt[row] as number);
    for (const [id, live] of this.#trials) {
      if (history.startedAt[live.number] !== live.startedAt) continue; // of another study
      // Every trial that may still suggest has it in its history.
      if ((history.finishedAt[live.number] as number) < oldest) this.#trials.delete(id);
      else if (live.number !== number) paths.set(live.number, live.path);
    }
    return paths;
  }
}
