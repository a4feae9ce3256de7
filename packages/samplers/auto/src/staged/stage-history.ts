import { type Json, type RowParams, type TrialHistory, WrappedHistory } from '@asktell/core';
import type { NarrowedSpace } from './narrowed-space.ts';
import { readStageNote } from './note.ts';
import { narrowed, narrowedValue, type Side } from './region.ts';

/** A study as the sampler of a stage sees it: with values of the narrowed space, and with its own notes only. */
export class StageHistory extends WrappedHistory {
  readonly #renumbered: ReadonlyMap<string, Side>;
  readonly #stage: number;
  readonly #change: number;
  readonly #stages: number;

  constructor(
    history: TrialHistory,
    space: NarrowedSpace,
    { stage, change, stages }: { readonly stage: number; readonly change: number; readonly stages: number },
  ) {
    super(history);
    this.#renumbered = space.renumbered;
    this.#stage = stage;
    this.#change = change;
    this.#stages = stages;
  }

  override params(row: number): RowParams {
    const own = super.params(row);
    if (!own.names.some((name) => this.#renumbered.has(name))) return own;
    const sides = own.names.map((name) => this.#renumbered.get(name));
    return {
      names: own.names,
      dists: own.dists.map((dist, i) => (sides[i] === undefined ? dist : narrowed(sides[i]))),
      x: own.names.map((name) => this.value(row, name)),
    };
  }

  override value(row: number, name: string): number {
    const value = super.value(row, name);
    const side = this.#renumbered.get(name);
    return side === undefined ? value : narrowedValue(side, value);
  }

  override note(row: number): Json | undefined {
    const note = readStageNote(super.note(row), this.#stages);
    return note?.stage === this.#stage && (note.change ?? 0) === this.#change ? note.note : undefined;
  }
}
