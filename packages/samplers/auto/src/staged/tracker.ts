import type { TrialHistory } from '@asktell/core';
import { readStageNote } from './note.ts';
import type { CheckedStage } from './options.ts';
import { isInfeasible, lossOf, ranked } from './ranking.ts';
import { doubled, movedTo, type Region, regionAround } from './region.ts';

/** The region doubles after this many trials per side, and at least `leastPatience`, without a noticeable improvement. */
const patiencePerSide = 3;
const leastPatience = 10;
/** An improvement is noticeable from this share of the difference between the trials that the region surrounds. */
const noticeable = 0.01;

/** Which stage it is, and its region: a fold over the finished trials that reads nothing else. */
export class StageTracker {
  readonly #stages: readonly CheckedStage[];
  /** Index of the stage. */
  stage: number = 0;
  /** `null`: the whole space. */
  region: Region | null = null;
  /** The region without doublings. */
  #small: Region | null = null;
  /** How often the stage or the region has changed. */
  changes: number = 0;
  /** Rows of the finished trials that count: all but those of lost workers. */
  readonly rows: number[] = [];
  /** Length of `rows` when the stage began. */
  #begin: number = 0;
  /** The best loss of a feasible trial, for one objective. */
  #best: number = Number.POSITIVE_INFINITY;
  /** The best loss at the last noticeable improvement. */
  #reference: number = Number.POSITIVE_INFINITY;
  /** The least noticeable improvement. */
  #threshold: number = 0;
  /** Number of trials since the last noticeable improvement, or since the region was set or doubled. */
  #waited: number = 0;

  constructor(stages: readonly CheckedStage[]) {
    this.#stages = stages;
  }

  clone(): StageTracker {
    const copy = new StageTracker(this.#stages);
    copy.stage = this.stage;
    copy.region = this.region;
    copy.#small = this.#small;
    copy.changes = this.changes;
    for (const row of this.rows) copy.rows.push(row);
    copy.#begin = this.#begin;
    copy.#best = this.#best;
    copy.#reference = this.#reference;
    copy.#threshold = this.#threshold;
    copy.#waited = this.#waited;
    return copy;
  }

  /** The last stage has no next one. */
  get isLast(): boolean {
    return this.stage === this.#stages.length - 1;
  }

  /** Takes a finished trial. Returns whether the stage or the region has changed. */
  absorb(row: number, history: TrialHistory): boolean {
    const before = this.changes;
    // A sampler that enumerates had nothing left to propose, so the trial was proposed by the next stage.
    const stage = readStageNote(history.note(row), this.#stages.length)?.stage ?? 0;
    while (this.stage < stage) this.advance(history);
    if (history.failure(row)?.code === 'lost') return this.changes > before;
    this.rows.push(row);
    const isBest = this.#isBest(row, history);
    const { stage: current } = this;
    while (!this.isLast && this.rows.length - this.#begin >= (this.#stages[this.stage] as CheckedStage).trials)
      this.advance(history);
    if (this.stage === current && this.region !== null && history.directions.length === 1)
      this.#adapt(row, history, this.region, isBest);
    return this.changes > before;
  }

  /**
   * Moves the region to a new best trial outside of it. Doubles it if the search makes no progress, and takes that back after
   * the next noticeable improvement.
   */
  #adapt(row: number, history: TrialHistory, region: Region, isBest: boolean): void {
    const small = this.#small as Region;
    const isProgress = this.#best < this.#reference - this.#threshold;
    if (isProgress) this.#reference = this.#best;
    this.#waited = isProgress ? 0 : this.#waited + 1;
    if (isBest) {
      const next =
        isProgress && region !== small ? (movedTo(history, row, small) ?? small) : movedTo(history, row, region);
      if (next === null) return;
      if (isProgress || region === small) this.#small = next;
      this.#set(next);
    } else if (this.#waited >= Math.max(leastPatience, patiencePerSide * region.sides.size)) {
      this.#waited = 0;
      const next = doubled(region);
      if (next !== null) this.#set(next);
    }
  }

  /** Begins the next stage. */
  advance(history: TrialHistory): void {
    this.stage++;
    this.#begin = this.rows.length;
    const { region } = this.#stages[this.stage] as CheckedStage;
    const best = region === null ? [] : ranked(history, this.rows);
    this.#set(
      region === null || best.length === 0 ? null : regionAround(history, best, this.rows, region, this.region),
    );
    this.#small = this.region;
    this.#waited = 0;
    this.#reference = this.#best;
    const losses = this.region?.best.map((row) => lossOf(history, row)) ?? [];
    const spread = Math.max(...losses) - Math.min(...losses);
    this.#threshold = Number.isFinite(spread) ? noticeable * spread : 0;
  }

  #set(region: Region | null): void {
    this.region = region;
    this.changes++;
  }

  #isBest(row: number, history: TrialHistory): boolean {
    if (history.directions.length !== 1 || history.state(row) !== 'complete' || isInfeasible(history, row))
      return false;
    const loss = lossOf(history, row);
    if (!(loss < this.#best)) return false;
    this.#best = loss;
    return true;
  }
}
