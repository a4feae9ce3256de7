import type { TrialHistory } from '@asktell/core';
import { readStageNote } from './note.ts';
import type { CheckedStage } from './options.ts';
import { isInfeasible, lossOf, ranked } from './ranking.ts';
import { movedTo, type Region, regionAround } from './region.ts';

/** Which stage it is, and its region: a fold over the finished trials that reads nothing else. */
export class StageTracker {
  readonly #stages: readonly CheckedStage[];
  /** Index of the stage. */
  stage: number = 0;
  /** `null`: the whole space. */
  region: Region | null = null;
  /** How often the stage or the region has changed. */
  changes: number = 0;
  /** Rows of the finished trials that count: all but those of lost workers. */
  readonly rows: number[] = [];
  /** Length of `rows` when the stage began. */
  #begin: number = 0;
  /** The best loss of a feasible trial, for one objective. */
  #best: number = Number.POSITIVE_INFINITY;

  constructor(stages: readonly CheckedStage[]) {
    this.#stages = stages;
  }

  clone(): StageTracker {
    const copy = new StageTracker(this.#stages);
    copy.stage = this.stage;
    copy.region = this.region;
    copy.changes = this.changes;
    for (const row of this.rows) copy.rows.push(row);
    copy.#begin = this.#begin;
    copy.#best = this.#best;
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
    while (!this.isLast && this.rows.length - this.#begin >= (this.#stages[this.stage] as CheckedStage).trials)
      this.advance(history);
    if (isBest && this.region !== null && !this.region.best.includes(row)) {
      const region = movedTo(history, row, this.region);
      if (region !== null) this.#set(region);
    }
    return this.changes > before;
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
