import { keys } from '../attribute-keys.ts';
import { isPromise } from '../awaitable.ts';
import { AsktellError, show } from '../errors.ts';
import { Fold } from '../history/fold.ts';
import type { TrialHistory } from '../history/history.ts';
import { readNote } from '../history/note.ts';
import { type ObservedState, observedFold } from '../history/observed-space.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { HistoryView, runningAt, withKnownPoint } from '../history/view.ts';
import type { Awaitable, Json } from '../json.ts';
import type { Explanation, Sampler, SamplerFoldContext, SamplerHost } from '../sampler/sampler.ts';
import { type ActivePart, alwaysActive } from '../space/always-active.ts';
import type { CompiledSpace } from '../space/compiled-space.ts';
import { type Acceptance, acceptAllowed, type Point, unsatisfiable } from './acceptance.ts';
import { drawObserved, drawPoint, type PointSource } from './draw-point.ts';
import { explainProposal } from './explain.ts';
import { acceptNew } from './no-repeats.ts';
import {
  activeOnly,
  type FixedParams,
  hasCompletePoint,
  noSpace,
  type ProposalRequest,
  requestFor,
} from './request.ts';
import { AttemptContext, type TrialSoFar } from './sample-context.ts';
import type { SuggestingTrial } from './suggestions.ts';
import { TriedPointsLog } from './tried-points.ts';

/** Number of spaces whose state is kept. The space of a define-by-run study changes, and `ask(space)` may alternate. */
const statesKept = 8;

const noRows = new Int32Array(0);

const silentHost: SamplerHost = { notice: () => undefined, offload: null };

export interface ProposerOptions {
  readonly sampler: Sampler;
  readonly studySeed: number;
  readonly store: RecordStore;
  /** Parameters that the study fixes. */
  readonly fixed: FixedParams;
  readonly avoidsRepeats: boolean;
  /** Default: it prints nothing and has no threads. */
  readonly host?: SamplerHost;
}

/** Proposes the points of a study. It owns the sampler's states: one fold over the history for each space. */
export class Proposer implements PointSource {
  readonly sampler: Sampler;
  readonly seed: number;
  readonly fixed: FixedParams;
  readonly #store: RecordStore;
  readonly #folds = new Map<
    string,
    { readonly fold: Fold<unknown, SamplerFoldContext>; readonly allows: CompiledSpace['allows'] }
  >();
  readonly #observed: Fold<ObservedState, TrialHistory>;
  readonly #tried: TriedPointsLog | null;
  /** `null` inside a transaction, where proposals are synchronous. */
  #offload: SamplerHost['offload'];
  readonly #host: SamplerHost;

  constructor({ sampler, studySeed, store, fixed, avoidsRepeats, host = silentHost }: ProposerOptions) {
    this.sampler = sampler;
    this.seed = sampler.seed ?? studySeed;
    this.fixed = fixed;
    this.#store = store;
    this.#host = host;
    this.#offload = host.offload;
    this.#observed = new Fold(store.order, observedFold, store as TrialHistory);
    this.#tried = avoidsRepeats ? new TriedPointsLog(store, this.seed) : null;
  }

  get avoidsRepeats(): boolean {
    return this.#tried !== null;
  }

  /** Must be called when a trial is inserted at this position of the finish order. */
  invalidate(position: number): void {
    this.#tried?.invalidate(position);
    this.#observed.invalidate(position);
    for (const { fold } of this.#folds.values()) fold.invalidate(position);
  }

  /**
   * Whether points are proposed inside the ask transaction: for exclusive samplers, in studies that avoid repeats, and
   * for samplers without `propose`, which are cheap.
   * @param space the declared space, `null` for none
   */
  proposesInside(space: CompiledSpace | null): boolean {
    const { propose } = this.sampler;
    return this.#isExclusive || this.avoidsRepeats || (space !== null && propose === undefined);
  }

  /** Whether proposals depend on the running trials. */
  get readsRunning(): boolean {
    return this.sampler.supports.pending === true || this.#isExclusive || this.avoidsRepeats;
  }

  get #isExclusive(): boolean {
    return this.sampler.supports.exclusive === true || this.sampler.supports.exclusive === 'enumerates';
  }

  /**
   * The point of a granted trial; `null` when nothing is proposed for it now.
   * @param space the declared space, `null` for none
   */
  propose(
    record: TrialRecord,
    space: CompiledSpace | null,
    total: number | null,
  ): Awaitable<Point | 'exhausted' | null> {
    if (space !== null) {
      const request = requestFor(record, space, this.fixed, total);
      if (!hasCompletePoint(record, space)) return this.drawDeclared(request);
      if (space.allows === null || space.allows(activeOnly(space, request.settled))) return null;
      throw unsatisfiable(request, 0);
    }
    if ((this.sampler.propose === undefined && !this.avoidsRepeats) || record.names.length > 0 || isNoted(record))
      return null;
    const observed = this.observedAt(record.startedAt as number);
    return this.drawObserved(requestFor(record, observed, this.fixed, total));
  }

  /**
   * As {@link propose}, inside a transaction.
   * @throws AsktellError `unsupported` when the sampler returns a promise
   */
  proposeNow(record: TrialRecord, space: CompiledSpace | null, total: number | null): Point | 'exhausted' | null {
    let point: ReturnType<Proposer['propose']>;
    try {
      this.#offload = null;
      point = this.propose(record, space, total);
    } finally {
      this.#offload = this.#host.offload;
    }
    if (!isPromise(point)) return point;
    point.catch(() => undefined); // The promise is dropped. Avoids an unhandled rejection.
    const reason = this.#isExclusive ? 'is exclusive' : "runs under duplicates: 'avoid'";
    throw new AsktellError(
      'unsupported',
      `Sampler ${show(this.sampler.name)} ${reason} and must propose synchronously, but it returned a promise.`,
    );
  }

  /** A complete point of a declared space. */
  drawDeclared(request: ProposalRequest): Awaitable<Point | 'exhausted'> {
    const pending = this.#pendingRows(request);
    return drawPoint(this, request, pending, this.#acceptance(request, pending));
  }

  /** A point of the observed space: complete if it must be new, else only what the sampler proposes jointly. */
  drawObserved(request: ProposalRequest): Awaitable<Point | 'exhausted' | null> {
    return this.#mustBeNew(request)
      ? this.drawDeclared(request)
      : drawObserved(this, request, this.#pendingRows(request));
  }

  /**
   * What the sampler says about its proposal for a request. `null` if it says nothing.
   * @param note the sampler's note of the trial
   */
  explain(request: ProposalRequest, note: Json | undefined): Explanation | null {
    return explainProposal(this, request, this.#pendingRows(request), note);
  }

  #acceptance(request: ProposalRequest, pending: Int32Array | null): Acceptance {
    if (this.#tried === null || !this.#mustBeNew(request)) return acceptAllowed;
    return acceptNew(Array.from(pending as Int32Array), this.#tried.for(request, pending as Int32Array));
  }

  /** Whether the point must be new. Samplers that enumerate avoid repeats in observed spaces themselves. */
  #mustBeNew({ space }: ProposalRequest): boolean {
    if (this.#tried === null) return false;
    return space.origin === 'declared' || (this.sampler.supports.exclusive !== 'enumerates' && space.params.length > 0);
  }

  /** The space of the parameters that all trials completed before `startedAt` share. */
  observedAt(startedAt: number): CompiledSpace {
    return this.#observed.at(this.#store.order.countBefore(startedAt)).space;
  }

  handledPart(space: CompiledSpace): ActivePart | null {
    return this.sampler.supports.conditional === true ? null : alwaysActive(space);
  }

  stateAt(space: CompiledSpace, position: number): unknown {
    const { fold: stateFold } = this.sampler;
    if (stateFold === undefined) return undefined;
    let kept = this.#folds.get(space.id);
    // The id does not identify predicates. An exclusive sampler counts forbidden points, so another predicate needs
    // another state.
    if (kept === undefined || (kept.allows !== space.allows && this.#isExclusive)) {
      const store = this.#store;
      // `init` creates the state before the first trial, so it must not see any.
      const empty = new HistoryView(store, -1, Number.NEGATIVE_INFINITY, noRows);
      const context = { space, seed: this.seed, fixed: this.fixed };
      const fold = new Fold(store.order, stateFold, { ...context, history: store }, { ...context, history: empty });
      if (this.#folds.size >= statesKept) this.#folds.delete(this.#folds.keys().next().value as string);
      kept = { fold, allows: space.allows };
      this.#folds.set(space.id, kept);
    }
    return kept.fold.at(position);
  }

  /** `propose` and `sampleOne` share a state: that of the part that the sampler handles. */
  stateFor(context: AttemptContext): unknown {
    if (this.sampler.fold === undefined) return undefined;
    const { space } = context;
    return this.stateAt(this.handledPart(space)?.space ?? space, context.history.position);
  }

  /** The rows whose points count as pending for this request; `null` when its proposal does not depend on them. */
  #pendingRows({ number, startedAt, space, pending, stale }: ProposalRequest): Int32Array | null {
    if (!this.readsRunning) return null;
    if (pending !== null) return Int32Array.from(pending);
    const running = runningAt(this.#store, number, startedAt, stale);
    return this.sampler.supports.pending === true ? withKnownPoint(this.#store, running, space) : running;
  }

  context(request: ProposalRequest, pending: Int32Array | null, attempt: number, soFar?: TrialSoFar): AttemptContext {
    return new AttemptContext(
      this.#store,
      this.seed,
      request,
      pending,
      attempt,
      { notice: this.#host.notice, offload: this.#offload },
      soFar,
    );
  }

  /** The context in which suggested parameters are sampled. */
  suggestContext(trial: SuggestingTrial, declared: CompiledSpace | null): AttemptContext {
    const { fold, propose, supports } = this.sampler;
    const learns = fold !== undefined || propose !== undefined;
    const space = declared ?? (learns ? this.observedAt(trial.startedAt) : noSpace);
    const request: ProposalRequest = {
      number: trial.number,
      startedAt: trial.startedAt,
      space: this.handledPart(space)?.space ?? space,
      settled: noneSettled,
      enqueued: trial.enqueued,
      // Pending points change between the suggests of a trial. Only the proposal of its ask may depend on them.
      pending: [],
      stale: [],
      total: trial.total,
    };
    const soFar = { chosen: trial.chosen, note: () => trial.note?.sampler };
    return this.context(request, supports.pending === true ? noRows : null, 0, soFar);
  }
}

const noneSettled = new Float64Array(0);

function isNoted({ systemAttrs }: TrialRecord): boolean {
  return readNote(systemAttrs?.get(keys.note)) !== undefined;
}
