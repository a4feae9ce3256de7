import { openOutside } from '../ask-tell/open-outside.ts';
import { keys } from '../attribute-keys.ts';
import { isPromise } from '../awaitable.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { AsktellError, show } from '../errors.ts';
import { Fold } from '../history/fold.ts';
import { type GenerationState, generationFolding } from '../history/generation.ts';
import { readNote, type TrialNote } from '../history/note.ts';
import { type ObservedState, observedFolding } from '../history/observed-space.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { HistoryView, runningAt, withKnownPoint } from '../history/view.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { alwaysActive } from '../space/always-active.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { TrialOp } from '../storage/storage.ts';
import type { Trial } from '../trial/trial.ts';
import { type Judge, type Point, plainJudge } from './acceptance.ts';
import { BlindHost, noSpace, type OpenAsk } from './blind-host.ts';
import type { Context } from './context.ts';
import { proposeObserved, proposePoint } from './draw-point.ts';
import type { DuplicateGuard, MakeGuard } from './duplicates.ts';
import { LearningContext } from './learning-context.ts';
import { askedTask, isComplete, type PointAsk, type SampleTask } from './request.ts';

/** How many spaces keep a state: define-by-run studies change theirs now and then, ask(space) may alternate. */
const statesKept = 8;

/** Makes the points of any study. Owns the sampler's states: one fold per space, all over the same history. */
export class LearningHost extends BlindHost {
  readonly #store: RecordStore;
  readonly #folds = new Map<string, { readonly fold: Fold<unknown>; readonly allows: CompiledSpace['allows'] }>();
  readonly #guard: DuplicateGuard | null;
  #observed: Fold<ObservedState> | null = null;
  #generation: Fold<GenerationState> | null = null;

  /** @param makeGuard of a study that avoids duplicates */
  constructor(sampler: Sampler, studySeed: number, store: RecordStore, makeGuard: MakeGuard | null) {
    super(sampler, studySeed);
    this.#store = store;
    this.#guard = makeGuard === null ? null : makeGuard(store, this.seed);
  }

  override get avoidsRepeats(): boolean {
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

  override invalidate(position: number): void {
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

  /** `propose` and `sampleOne` share a state, that of what the sampler can handle. */
  override stateFor(context: LearningContext): unknown {
    return this.sampler.init === undefined
      ? undefined
      : this.state(this.#handled(context.space), context.history.position);
  }

  /** Of a space what the sampler handles. */
  #handled(space: CompiledSpace): CompiledSpace {
    return this.sampler.supports.conditional === true ? space : (alwaysActive(space)?.space ?? space);
  }

  /** The rows whose points count as pending for this task; `null` when the sampler does not ask. */
  pendingRows(task: SampleTask): Int32Array | null {
    if (this.sampler.supports.pending !== true) return null;
    if (task.pending !== null) return Int32Array.from(task.pending);
    return withKnownPoint(this.#store, runningAt(this.#store, task.number, task.startedAt), task.space);
  }

  context(task: SampleTask, pending: Int32Array | null, attempt: number): LearningContext {
    return new LearningContext(this.#store, this.seed, task, pending, attempt);
  }

  override suggestContext(task: SampleTask): Context {
    const { init, propose } = this.sampler;
    const isUnknown = task.space === noSpace && (init !== undefined || propose !== undefined);
    const space = this.#handled(isUnknown ? this.observedAt(task.startedAt) : task.space);
    const handled = space === task.space ? task : { ...task, space };
    return this.context(handled, this.pendingRows(handled), 0);
  }

  /** By samplers that must, where duplicates are avoided, and one by one, which is cheap. */
  override isInside(space: DeclaredSpace | null): boolean {
    const { supports, propose } = this.sampler;
    return supports.exclusive === true || this.avoidsRepeats || (space !== null && propose === undefined);
  }

  override proposeInside(ask: PointAsk, record: TrialRecord): Point | 'exhausted' | null {
    const point = this.propose(ask, record);
    if (!isPromise(point)) return point;
    point.catch(() => undefined); // nobody waits for it
    const why = this.sampler.supports.exclusive === true ? 'is exclusive' : "runs under duplicates: 'avoid'";
    throw new AsktellError(
      'unsupported',
      `Sampler ${show(this.sampler.name)} ${why} and must propose synchronously, but it returned a promise.`,
    );
  }

  override openOutside(ask: OpenAsk, record: TrialRecord): Awaitable<Trial | null> {
    return openOutside(this, ask, record);
  }

  /** The point of a granted trial, `null` when there is nothing to propose now. */
  propose(ask: PointAsk, record: TrialRecord): Awaitable<Point | 'exhausted' | null> {
    const declared = ask.run.space;
    if (declared !== null) {
      const { compiled } = declared;
      const task = askedTask(ask, record, compiled);
      return isComplete(record, compiled) ? null : proposePoint(this, task);
    }
    if (
      (this.sampler.propose === undefined && !this.avoidsRepeats) ||
      record.names.length > 0 ||
      readNote(record.systemAttrs?.get(keys.note)) !== undefined
    )
      return null;
    const space = this.observedAt(record.startedAt as number);
    if (space.params.length === 0 && this.sampler.supports.exclusive !== true) return null;
    return proposeObserved(this, askedTask(ask, record, space));
  }

  override opsFor(ask: PointAsk, record: TrialRecord, point: Point | null): TrialOp[] {
    const ops = super.opsFor(ask, record, point);
    const { number } = record;
    const note = point === null ? null : this.#note(ask, record, point);
    if (note !== null)
      ops.push({ kind: 'attr', number, scope: 'system', key: keys.note, value: note as unknown as Json });
    const { generationKey: key } = this.sampler;
    // A trial that comes back, or is retried, has its number.
    if (key !== undefined && record.systemAttrs?.has(key) !== true) {
      const value = this.generationAt(record.startedAt as number, key);
      ops.push({ kind: 'attr', number, scope: 'system', key, value });
    }
    return ops;
  }

  #note(ask: PointAsk, record: TrialRecord, point: Point): TrialNote | null {
    const note: { -readonly [K in keyof TrialNote]: TrialNote[K] } = {};
    if (ask.run.space === null) {
      const { params } = this.observedAt(record.startedAt as number);
      const proposal: { [name: string]: Scalar } = {};
      params.forEach(({ name, dist }, i) => {
        const x = point.x[i] as number;
        if (!Number.isNaN(x)) proposal[name] = toExternal(dist, x);
      });
      if (Object.keys(proposal).length > 0) note.proposal = proposal;
    }
    if (point.note !== undefined) note.sampler = point.note;
    if (point.pending !== null && point.pending.length > 0) note.pending = point.pending;
    return Object.keys(note).length === 0 ? null : note;
  }
}
