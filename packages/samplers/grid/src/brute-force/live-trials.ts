import type { SampleContext } from '@asktell/core';
import type { Step } from './suggestion-tree.ts';

interface LiveTrial {
  readonly number: number;
  /** Start time. Distinguishes trials of different studies with the same number. */
  readonly startedAt: number;
  readonly path: readonly Step[];
}

/** Limits the memory of trials that never finish. */
const maxTrials = 1000;

/**
 * The suggestions of this process's running trials, including those that are not stored yet. They only keep overlapping trials
 * apart. The proposals of a trial that runs alone depend on the history only.
 */
export class LiveTrials {
  readonly #trials = new Map<string, LiveTrial>();

  /** Records the suggestions of a trial so far. */
  record({ trial: { number }, history }: SampleContext, path: readonly Step[]): void {
    const startedAt = history.startedAt[number] as number;
    this.#trials.set(`${number}:${startedAt}`, { number, startedAt, path });
    if (this.#trials.size > maxTrials) this.#trials.delete(this.#trials.keys().next().value as string);
  }

  /** Paths of the other trials, by trial number. Deletes trials that every running trial has seen finish. */
  others({ trial: { number }, history }: SampleContext): ReadonlyMap<number, readonly Step[]> {
    const paths = new Map<number, readonly Step[]>();
    let oldest = history.startedAt[number] as number;
    for (const row of history.running)
      if (Number.isNaN(history.finishedAt[row])) oldest = Math.min(oldest, history.startedAt[row] as number);
    for (const [id, live] of this.#trials) {
      if (history.startedAt[live.number] !== live.startedAt) continue; // a trial of another study
      // It finished before the oldest running trial started, so the history of every running trial contains it.
      if ((history.finishedAt[live.number] as number) < oldest) this.#trials.delete(id);
      else if (live.number !== number) paths.set(live.number, live.path);
    }
    return paths;
  }
}
