import type { RecordStore } from '../history/record-store.ts';
import type { Judge } from './acceptance.ts';
import type { SampleTask } from './request.ts';

/** Whether a study may try a point again: `avoid` proposes only points that no trial has tried or is trying. */
export type DuplicatePolicy = 'allow' | 'avoid';

/** Tells repeats under `duplicates: 'avoid'`, one for a session. */
export interface DuplicateGuard {
  /** A trial was inserted at this position of the finish order, just now. */
  invalidate(position: number): void;
  /** Decides which proposal is taken; `seen` are the rows of the pending points that they see. */
  judge(task: SampleTask, seen: readonly number[] | null): Judge;
}

/** The points that one trial must not repeat: those that finished trials have tried, and those that others are trying. */
export interface RepeatWatch {
  /** Whether a complete point is among them. */
  isRepeat(x: Float64Array): boolean;
  /**
   * A point that is not among them, agrees with what is fixed and is allowed by `where`; `none` when there is none. `unknown`
   * when there are too many points to look at all of them, and those looked at were of no use.
   */
  unseen(): Float64Array | 'none' | 'unknown';
  /** Whether there is any point at all that a trial has tried or is trying. */
  hasSeen(): boolean;
}

export type MakeGuard = (store: RecordStore, seed: number) => DuplicateGuard;
