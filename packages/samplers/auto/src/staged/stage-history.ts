import type { Direction, FailureReason, Json, RowParams, TrialHistory, TrialReports, TrialState } from '@asktell/core';
import type { NarrowedSpace } from './narrowed-space.ts';
import { readStageNote } from './note.ts';
import { narrowed, narrowedValue, type Side } from './region.ts';

/** A study as the sampler of a stage sees it: with values of the narrowed space, and with its own notes only. */
export class StageHistory implements TrialHistory {
  readonly #history: TrialHistory;
  readonly #renumbered: ReadonlyMap<string, Side>;
  readonly #stage: number;
  readonly #change: number;
  readonly #stages: number;

  constructor(
    history: TrialHistory,
    space: NarrowedSpace,
    { stage, change, stages }: { readonly stage: number; readonly change: number; readonly stages: number },
  ) {
    this.#history = history;
    this.#renumbered = space.renumbered;
    this.#stage = stage;
    this.#change = change;
    this.#stages = stages;
  }

  get size(): number {
    return this.#history.size;
  }

  get finished(): Int32Array {
    return this.#history.finished;
  }

  get running(): Int32Array {
    return this.#history.running;
  }

  get directions(): readonly Direction[] {
    return this.#history.directions;
  }

  get violation(): Float64Array {
    return this.#history.violation;
  }

  get startedAt(): Float64Array {
    return this.#history.startedAt;
  }

  get finishedAt(): Float64Array {
    return this.#history.finishedAt;
  }

  state(row: number): TrialState {
    return this.#history.state(row);
  }

  failure(row: number): FailureReason | null {
    return this.#history.failure(row);
  }

  params(row: number): RowParams {
    const own = this.#history.params(row);
    if (!own.names.some((name) => this.#renumbered.has(name))) return own;
    const sides = own.names.map((name) => this.#renumbered.get(name));
    return {
      names: own.names,
      dists: own.dists.map((dist, i) => (sides[i] === undefined ? dist : narrowed(sides[i]))),
      x: own.names.map((name) => this.value(row, name)),
    };
  }

  value(row: number, name: string): number {
    const value = this.#history.value(row, name);
    const side = this.#renumbered.get(name);
    return side === undefined ? value : narrowedValue(side, value);
  }

  values(objective: number): Float64Array {
    return this.#history.values(objective);
  }

  seen(row: number): number {
    return this.#history.seen(row);
  }

  reports(row: number, metric?: string): TrialReports {
    return this.#history.reports(row, metric);
  }

  sem(row: number): readonly number[] | null {
    return this.#history.sem(row);
  }

  gradient(row: number): { readonly [name: string]: number } | null {
    return this.#history.gradient(row);
  }

  note(row: number): Json | undefined {
    const note = readStageNote(this.#history.note(row), this.#stages);
    return note?.stage === this.#stage && (note.change ?? 0) === this.#change ? note.note : undefined;
  }

  attribute(row: number, key: string): Json | undefined {
    return this.#history.attribute(row, key);
  }
}
