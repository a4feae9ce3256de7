import type {
  AskedTrial,
  CompiledSpace,
  Direction,
  FailureReason,
  Json,
  Rng,
  RowParams,
  SampleContext,
  SamplerFoldContext,
  TrialHistory,
  TrialReports,
  TrialState,
} from '@asktell/core';
import { baseNote } from './note.ts';

/** The history as the base sampler sees it: with its own notes instead of ours. */
class BaseHistory implements TrialHistory {
  readonly #history: TrialHistory;

  constructor(history: TrialHistory) {
    this.#history = history;
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
    return this.#history.params(row);
  }

  value(row: number, name: string): number {
    return this.#history.value(row, name);
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
    return baseNote(this.#history.note(row));
  }

  attribute(row: number, key: string): Json | undefined {
    return this.#history.attribute(row, key);
  }
}

/** The context of the fold as the base sampler sees it. */
export function baseFoldContext(ctx: SamplerFoldContext): SamplerFoldContext {
  return { space: ctx.space, history: new BaseHistory(ctx.history), seed: ctx.seed, fixed: ctx.fixed };
}

/** The context of an ask as the base sampler sees it. */
export class BaseContext implements SampleContext {
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  readonly total: number | null;
  readonly attempt: number;
  readonly #ctx: SampleContext;
  #history: TrialHistory | null = null;

  /** @param fixed the settled values, among them those that a chain has chosen */
  constructor(ctx: SampleContext, fixed: Float64Array) {
    this.#ctx = ctx;
    this.space = ctx.space;
    this.fixed = fixed;
    this.total = ctx.total;
    this.attempt = ctx.attempt;
  }

  get trial(): AskedTrial {
    const { number, enqueued, chosen, note } = this.#ctx.trial;
    return { number, enqueued, chosen, note: baseNote(note) };
  }

  get history(): TrialHistory {
    this.#history ??= new BaseHistory(this.#ctx.history);
    return this.#history;
  }

  rng(purpose: string): Rng {
    return this.#ctx.rng(purpose);
  }

  notice(line: string): void {
    this.#ctx.notice(line);
  }
}
