import type { Scalar } from '../distribution/distribution.ts';
import { Fold } from '../history/fold.ts';
import { type GenerationState, generationFolding } from '../history/generation.ts';
import type { HistoryStore } from '../history/history-store.ts';
import { HistoryView, runningAt, withKnownPoint } from '../history/view.ts';
import type { Json } from '../json.ts';
import { type Rng, rngFor } from '../rng/rng.ts';
import type { SampleContext, Sampler } from '../sampler/sampler.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { type ObservedState, observedFolding } from '../space/observed.ts';
import type { DuplicateGuard, MakeGuard } from './duplicates.ts';
import { type Judge, plainJudge } from './judge.ts';

/** What a proposal starts from: the trial, and what is settled about it already. */
export interface SampleTask {
  readonly number: number;
  readonly startedAt: number;
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  /** External values the trial was enqueued with; `null` when it was not. */
  readonly enqueued: ReadonlyMap<string, Scalar> | null;
  readonly chosen: () => ReadonlyMap<string, Scalar>;
  readonly note: () => Json | undefined;
  /** Rows of pending points the trial saw, once that is settled; `null` before. */
  readonly pending: readonly number[] | null;
  readonly total: number | null;
}

/** How many spaces keep a state: define-by-run studies change theirs now and then, ask(space) may alternate. */
const statesKept = 8;

/** Owns the sampler's states: one fold per space, all over the same history. */
export class SamplerHost {
  readonly sampler: Sampler;
  readonly seed: number;
  readonly #store: HistoryStore;
  readonly #folds = new Map<string, { readonly fold: Fold<unknown>; readonly allows: CompiledSpace['allows'] }>();
  readonly #guard: DuplicateGuard | null;
  #observed: Fold<ObservedState> | null = null;
  #generation: Fold<GenerationState> | null = null;

  /** @param makeGuard of a study that avoids duplicates */
  constructor(sampler: Sampler, studySeed: number, store: HistoryStore, makeGuard: MakeGuard | null) {
    this.sampler = sampler;
    this.seed = sampler.seed ?? studySeed;
    this.#store = store;
    this.#guard = makeGuard === null ? null : makeGuard(store, this.seed);
  }

  /** Whether the study avoids duplicates. */
  get avoidsRepeats(): boolean {
    return this.#guard !== null;
  }

  /** Whether the proposal must repeat nothing. Samplers that enumerate see to it themselves in spaces that only they know. */
  mustBeNew({ space }: SampleTask): boolean {
    const isOwn =
      space.origin === 'observed' && (this.sampler.supports.enumerates === true || space.params.length === 0);
    return this.#guard !== null && !isOwn;
  }

  /** Decides which proposal is taken; `seen` are the rows of the pending points that they see. */
  judge(task: SampleTask, seen: readonly number[] | null): Judge {
    return this.#guard !== null && this.mustBeNew(task) ? this.#guard.judge(task, seen) : plainJudge;
  }

  /** A trial was inserted at this position of the finish order. */
  invalidate(position: number): void {
    this.#guard?.invalidate(position);
    this.#observed?.invalidate(position);
    this.#generation?.invalidate(position);
    for (const { fold } of this.#folds.values()) fold.invalidate(position);
  }

  /** What the completed trials that started before `startedAt` have in common. */
  observedAt(startedAt: number): CompiledSpace {
    this.#observed ??= new Fold(this.#store.order, observedFolding(this.#store));
    return this.#observed.at(this.#store.order.countBefore(startedAt)).space;
  }

  /** The generation that the study had come to, in the numbers of the sampler's {@link Sampler.generationKey}. */
  generationAt(startedAt: number, key: string): number {
    this.#generation ??= new Fold(this.#store.order, generationFolding(this.#store, key));
    return this.#generation.at(this.#store.order.countBefore(startedAt)).highest;
  }

  /** The sampler's state as of the first `position` finished trials. */
  state(space: CompiledSpace, position: number): unknown {
    const { sampler } = this;
    if (sampler.init === undefined) return undefined;
    let kept = this.#folds.get(space.id);
    // Predicates have no name: whoever handles them itself may have taken those of another space into its state.
    if (kept === undefined || (kept.allows !== space.allows && sampler.supports.allows === true)) {
      const store = this.#store;
      const fold = new Fold<unknown>(store.order, {
        // A state begins before the first trial, so it must not look at later ones.
        init: () =>
          sampler.init?.(space, new HistoryView(store, -1, Number.NEGATIVE_INFINITY, new Int32Array(0)), this.seed),
        absorb: (state, row) => sampler.absorb?.(state, row, store),
        clone: sampler.clone === undefined ? null : (state) => sampler.clone?.(state),
      });
      if (this.#folds.size >= statesKept) this.#folds.delete(this.#folds.keys().next().value as string);
      kept = { fold, allows: space.allows };
      this.#folds.set(space.id, kept);
    }
    return kept.fold.at(position);
  }

  /** The rows whose points count as pending for this task; `null` when the sampler does not ask. */
  pendingRows(task: SampleTask): Int32Array | null {
    if (this.sampler.supports.pending !== true) return null;
    if (task.pending !== null) return Int32Array.from(task.pending);
    return withKnownPoint(this.#store, runningAt(this.#store, task.number, task.startedAt), task.space);
  }

  context(task: SampleTask, pending: Int32Array | null, attempt: number): Context {
    return new Context(this.#store, this.seed, task, pending, attempt);
  }
}

const nothing: ReadonlyMap<string, Scalar> = new Map();

/** Made for every proposal; everything that costs something is a getter. */
export class Context implements SampleContext {
  readonly number: number;
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  readonly seed: number;
  readonly #store: HistoryStore;
  readonly #task: SampleTask;
  readonly #pending: Int32Array | null;
  readonly attempt: number;
  /** Set while a declared space is completed: values and note of this very attempt. */
  chosenSoFar: (() => ReadonlyMap<string, Scalar>) | null = null;
  proposedNote: Json | undefined;
  #view: HistoryView | null = null;

  constructor(store: HistoryStore, seed: number, task: SampleTask, pending: Int32Array | null, attempt: number) {
    this.number = task.number;
    this.space = task.space;
    this.fixed = task.fixed;
    this.seed = seed;
    this.#store = store;
    this.#task = task;
    this.#pending = pending;
    this.attempt = attempt;
  }

  get history(): HistoryView {
    this.#view ??= new HistoryView(this.#store, this.number, this.#task.startedAt, this.#pending);
    return this.#view;
  }

  get enqueued(): ReadonlyMap<string, Scalar> {
    return this.#task.enqueued ?? nothing;
  }

  get chosen(): ReadonlyMap<string, Scalar> {
    return this.chosenSoFar === null ? this.#task.chosen() : this.chosenSoFar();
  }

  get note(): Json | undefined {
    return this.proposedNote ?? this.#task.note();
  }

  get budget(): { readonly total: number | null } {
    return { total: this.#task.total };
  }

  rng(purpose: string): Rng {
    // A redraw takes another stream; the first draw's purpose is the bare name.
    return rngFor(this.seed, this.number, this.attempt === 0 ? purpose : `${purpose}\u0000${this.attempt}`);
  }
}
