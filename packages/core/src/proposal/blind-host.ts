import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable } from '../json.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { Trial } from '../trial/trial.ts';
import { type Point, plainJudge } from './acceptance.ts';
import { completePoint } from './complete-point.ts';
import { Context } from './context.ts';
import { askedTask, isComplete, type PointAsk, type SampleTask } from './request.ts';

/** An ask that gets its points after the transaction. */
export interface OpenAsk extends PointAsk {
  /** The trial is ready. */
  open(record: TrialRecord): Trial;
  /** The trial gets no point. */
  blame(number: number, error: unknown): void;
}

/** Makes the points of a study whose sampler is blind, which takes no more than its draws. All else is in `LearningHost`. */
export class BlindHost {
  readonly sampler: Sampler;
  readonly seed: number;

  constructor(sampler: Sampler, studySeed: number) {
    this.sampler = sampler;
    this.seed = sampler.seed ?? studySeed;
  }

  /** Whether the study avoids duplicates. */
  get avoidsRepeats(): boolean {
    return false;
  }

  /** A trial was inserted at this position of the finish order. */
  invalidate(_position: number): void {}

  /** Whether points of this space, `null` when none is declared, are made inside the transaction of an ask. */
  isInside(space: DeclaredSpace | null): boolean {
    return space !== null;
  }

  /** The point of a granted trial, inside the transaction. `null` when there is nothing to propose. */
  proposeInside(ask: PointAsk, record: TrialRecord): Point | 'exhausted' | null {
    const { compiled } = ask.run.space as DeclaredSpace;
    const task = askedTask(ask, record, compiled);
    return isComplete(record, compiled) ? null : this.#draw(task);
  }

  /** Where no point is made inside: makes it and opens the trial. `null` when that has come to nothing. */
  openOutside(ask: OpenAsk, record: TrialRecord): Awaitable<Trial | null> {
    return ask.open(record);
  }

  /** What is to be stored with a granted trial. */
  opsFor({ run }: PointAsk, { number, names }: TrialRecord, point: Point | null): TrialOp[] {
    const ops: TrialOp[] = [];
    if (point === null) return ops;
    run.space?.compiled.params.forEach(({ name, dist }, i) => {
      const x = point.x[i] as number;
      if (!Number.isNaN(x) && !names.includes(name)) ops.push({ kind: 'param', number, name, dist, x });
    });
    return ops;
  }

  /** What a trial's parameters are sampled from as they are suggested; `noSpace` stands for none that is declared. */
  suggestContext(task: SampleTask): Context {
    return new Context(this.seed, task, 0);
  }

  /** The sampler's state for `sampleOne`. */
  stateFor(_context: Context): unknown {
    return undefined;
  }

  /** Drawn one by one, and again until the point is allowed. */
  #draw(task: SampleTask): Point | 'exhausted' {
    for (let attempt = 0; ; ) {
      const point = completePoint(this, task, new Context(this.seed, task, attempt), null, null);
      const verdict = plainJudge(task, point, attempt);
      if (typeof verdict !== 'number') return verdict;
      attempt = verdict;
    }
  }
}

/** The space of a trial that was asked for without one. */
export const noSpace: CompiledSpace = { id: 'empty', origin: 'observed', params: [], allows: null };
