import { keys } from '../attribute-keys.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { FloatOptions, IntOptions } from '../distribution/validate.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import { readNote } from '../history/note.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { ifAny, inspectAs } from '../inspection.ts';
import type { Json } from '../json.ts';
import { type AbortControllerLike, newAbortController, type Signal } from '../platform.ts';
import { enqueuedParams, type FixedParams } from '../proposal/request.ts';
import { Suggestions } from '../proposal/suggestions.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { flatEntries, paramsObject } from '../space/params-object.ts';
import type { StudyRef } from '../storage/storage.ts';
import { checkAttr } from './attribute-value.ts';
import { FrozenTrial } from './frozen-trial.ts';
import { trialBrand } from './is-trial.ts';
import { checkConstraint, checkReport } from './measurement-checks.ts';
import { TrialParams } from './trial-params.ts';
import { WriteBuffer } from './write-buffer.ts';

/** Why the signal of a trial was aborted. */
export type Cancellation = 'pruned' | 'interrupted' | 'timeout';

/** How a trial was asked for. */
export interface TrialRun {
  readonly space: DeclaredSpace | null;
  readonly total: number | null;
}

/**
 * A running trial. `suggest*` return at once. The chosen values are stored in one batch at the next microtask, and
 * always before an awaited method resolves.
 */
export class Trial<P extends object = { readonly [name: string]: unknown }> {
  readonly number: number;
  /**
   * Whether an earlier worker started this trial and did not finish it. It then runs again with the same parameters.
   */
  readonly isResumed: boolean;
  /** @internal Data that is not stored yet. The study stores it together with the result. */
  readonly buffer: WriteBuffer;
  /** @internal Set while a synchronous objective runs: the caller flushes afterwards, so no microtask is needed. */
  deferWrites = false;
  readonly #session: Session;
  readonly #run: TrialRun;
  readonly #chosen: TrialParams;
  readonly #enqueued: FixedParams | null;
  readonly #suggestions: Suggestions;
  #reported: Set<number> | null = null;
  /** Largest step reported, including by earlier workers of this trial. */
  #lastStep = -1;
  /** Largest step reported by this worker. The pruner decides about this step. */
  #step = -1;
  #lastReport = Number.NaN;
  #constraints: Map<string, number> | null = null;
  #abort: AbortControllerLike | null = null;
  #cancelReason: unknown;
  #cancellation: Cancellation | null = null;
  /** Number of parameters that were stored before this worker got the trial. */
  readonly #inherited: number;
  #unfit: AsktellError | undefined;

  /** @internal Made by `study.ask`. */
  constructor(session: Session, record: TrialRecord, run: TrialRun, isResumed: boolean) {
    const { number, systemAttrs, reports } = record;
    this.number = number;
    this.isResumed = isResumed;
    this.#session = session;
    this.#run = run;
    this.#chosen = new TrialParams(record);
    this.#inherited = record.names.length;
    this.buffer = new WriteBuffer(session, number, this.#chosen);
    this.#enqueued = systemAttrs === null ? null : enqueuedParams(record);
    this.#suggestions = new Suggestions(
      session.proposer,
      {
        number,
        startedAt: record.startedAt as number,
        enqueued: this.#enqueued,
        note: systemAttrs === null ? undefined : readNote(systemAttrs.get(keys.note)),
        total: run.total,
        chosen: () => new Map(flatEntries(this.#chosen)),
      },
      run.space?.compiled ?? null,
    );
    if (reports !== null && reports.steps.length > 0) {
      this.#lastStep = reports.steps[reports.steps.length - 1] as number;
      this.#lastReport = reports.values[reports.steps.length - 1] as number;
    }
  }

  /** The parameters so far, as a new object: those of the declared space nested as declared, others by flat name. */
  get params(): P {
    return paramsObject(this.#chosen, this.#run.space) as P;
  }

  /** The attributes that are stored so far, also by earlier workers of this trial. */
  get userAttrs(): { readonly [key: string]: Json } {
    const { history } = this.#session;
    const { number } = this;
    return Object.fromEntries((number < history.size ? history.record(number).userAttrs : null) ?? []);
  }

  /** @internal What `console.log` prints: the trial as it was last read, and its parameters so far. */
  get inspected(): { readonly [field: string]: unknown } {
    const { number, params, isResumed } = this;
    const { history } = this.#session;
    if (number >= history.size) return { number, state: 'running', params };
    const { state, values, userAttrs, intermediateValues, constraints, failure } = new FrozenTrial(
      number,
      history.state(number),
      () => history.record(number),
      this.#run.space,
    );
    return {
      number,
      state,
      values,
      params,
      intermediateValues: ifAny(intermediateValues),
      constraints: ifAny(constraints),
      userAttrs: ifAny(userAttrs),
      failure: failure ?? undefined,
      isResumed: isResumed || undefined,
    };
  }

  /** @internal The study it belongs to. */
  get studyRef(): StudyRef {
    return this.#session.study.ref;
  }

  /**
   * Aborted when the trial is pruned or takes longer than `trialTimeout`, and when `optimize` stops, times out or is
   * aborted. Pass it to work that can be cancelled. An objective that throws after `optimize` has stopped leaves its trial
   * to the next run.
   */
  get signal(): Signal {
    if (this.#abort === null) {
      this.#abort = newAbortController();
      if (this.#cancelReason !== undefined) this.#abort.abort(this.#cancelReason);
    }
    return this.#abort.signal;
  }

  /** @internal Why {@link signal} is aborted; `null` if it is not. */
  get cancellation(): Cancellation | null {
    return this.#cancellation;
  }

  /** @internal Aborts {@link signal}. */
  cancel(why: Cancellation, message: string): void {
    if (this.#cancellation !== null) return;
    this.#cancellation = why;
    this.#cancelReason = new Error(message);
    this.#abort?.abort(this.#cancelReason);
  }

  /** @internal The refusal of a stored or enqueued value that does not fit what was suggested; `undefined` if all fit. */
  get unfit(): AsktellError | undefined {
    return this.#unfit;
  }

  /**
   * A real number from `low` to `high`, both included.
   * @throws AsktellError `invalid-distribution`, `space-conflict`, `trial-finished`
   */
  suggestFloat(name: string, low: number, high: number, options?: FloatOptions): number {
    return this.#suggest(name, this.#session.distributions.float(name, low, high, options)) as number;
  }

  /**
   * A whole number from `low` to `high`, both included.
   * @throws AsktellError `invalid-distribution`, `space-conflict`, `trial-finished`
   */
  suggestInt(name: string, low: number, high: number, options?: IntOptions): number {
    return this.#suggest(name, this.#session.distributions.int(name, low, high, options)) as number;
  }

  /**
   * One of the choices.
   * @throws AsktellError `invalid-distribution`, `space-conflict`, `trial-finished`
   */
  suggestCategorical<const C extends readonly Scalar[]>(name: string, choices: C): C[number] {
    return this.#suggest(name, this.#session.distributions.categorical(name, choices)) as C[number];
  }

  #suggest(name: string, dist: Distribution): Scalar {
    this.#requireRunning('suggest a parameter');
    const at = this.#chosen.find(name);
    if (at >= this.#inherited) return this.#chosen.again(at, dist);
    if (at >= 0) return this.#settled(() => this.#chosen.again(at, dist));
    const x =
      this.#enqueued?.has(name) === true
        ? this.#settled(() => this.#suggestions.value(name, dist))
        : this.#suggestions.value(name, dist);
    this.#chosen.add(name, dist, x);
    this.#session.distributions.keep(name, dist);
    // A trial that may kill its process stores its parameters at once, so that they are known when it ends as crashed.
    if (this.isResumed) void this.buffer.tryFlush();
    else if (!this.deferWrites) this.buffer.schedule();
    return toExternal(dist, x);
  }

  /** Reads a value that was settled before this worker got the trial. If it does not fit, the trial is unfit. */
  #settled<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (isAsktellError(error)) this.#unfit ??= error;
      throw error;
    }
  }

  #requireRunning(what: string): void {
    if (!this.buffer.isFinished) return;
    this.buffer.rethrow();
    throw new AsktellError('trial-finished', `Trial ${this.number} is finished. You can no longer ${what}.`);
  }

  /**
   * Stores an intermediate value: the objective at `step`. NaN and infinities are allowed. A repeated step is ignored
   * with a warning.
   * @param step whole number, 0 or more: epoch, fold, instance
   * @throws AsktellError `invalid-value`, `invalid-argument`, `trial-finished`
   */
  report(value: number, step: number): Promise<void> {
    try {
      checkReport(value, step);
      this.#requireRunning('report');
      this.#reported ??= new Set();
      if (this.#reported.has(step)) {
        this.#session.notices.print(
          'warn',
          'repeated report',
          `Trial ${this.number} has already reported step ${step}. The value ${show(value)} is ignored.`,
        );
        return this.buffer.next();
      }
      this.#reported.add(step);
      this.#step = Math.max(this.#step, step);
      if (step >= this.#lastStep) {
        this.#lastStep = step;
        this.#lastReport = value;
      }
      return this.buffer.push({ kind: 'report', number: this.number, step, value: value + 0 });
    } catch (error) {
      return this.buffer.refuse(error);
    }
  }

  /**
   * Whether the pruner would stop the trial now. If so, throw {@link TrialPruned}, or tell the trial with state
   * `pruned`.
   * @throws AsktellError `unsupported` in a study with several objectives, `trial-finished`
   */
  shouldPrune(): Promise<boolean> {
    try {
      this.#requireRunning('ask the pruner');
      const objectives = this.#session.study.directions.length;
      if (objectives > 1)
        throw new AsktellError(
          'unsupported',
          `Pruning needs one objective, but the study has ${objectives}. Call shouldPrune() only in studies with one objective.`,
        );
    } catch (error) {
      return this.buffer.refuse(error);
    }
    return this.#session.pruning.track(this.number, this.#decide());
  }

  async #decide(): Promise<boolean> {
    const { number } = this;
    const session = this.#session;
    await this.buffer.flush();
    const step = this.#step;
    if (step < 0 || session.pruning.isOff) return false;
    await session.refresh(session.pruning.rowsToRead);
    const { prune, attrs } = session.pruning.decide(number, step);
    if (attrs !== undefined)
      await this.buffer.push(
        ...Object.entries(attrs).map(
          ([key, value]) => ({ kind: 'attr', number, scope: 'system', key, value }) as const,
        ),
      );
    if (prune) this.cancel('pruned', `Trial ${number} is pruned at step ${step}.`);
    return prune;
  }

  /**
   * Stores an attribute with the trial: any JSON value. It replaces an earlier value of the key.
   * @throws AsktellError `invalid-argument`, `invalid-value`, `trial-finished`
   */
  setUserAttr(key: string, value: Json): Promise<void> {
    try {
      this.#requireRunning('set an attribute');
      return this.buffer.push({ kind: 'attr', number: this.number, scope: 'user', key, value: checkAttr(key, value) });
    } catch (error) {
      return this.buffer.refuse(error);
    }
  }

  /**
   * Stores a constraint value. The constraint is satisfied if `value <= 0`, and the trial is feasible if all its
   * constraints are satisfied. It replaces an earlier value of the name.
   * @throws AsktellError `invalid-argument`, `invalid-value`, `trial-finished`
   */
  setConstraint(name: string, value: number): Promise<void> {
    try {
      checkConstraint('setConstraint', name, value);
      this.#requireRunning('set a constraint');
      this.#constraints ??= new Map();
      this.#constraints.set(name, value + 0);
      const op = { kind: 'attr', number: this.number, scope: 'system' } as const;
      return this.buffer.push(
        { ...op, key: keys.constraintNames, value: [...this.#constraints.keys()] },
        { ...op, key: keys.constraints, value: [...this.#constraints.values()] },
      );
    } catch (error) {
      return this.buffer.refuse(error);
    }
  }

  /** @internal The parameters so far. */
  get chosen(): Pick<TrialParams, 'names' | 'dists'> {
    return this.#chosen;
  }

  /** @internal The constraint values that this worker has set. */
  get constraints(): ReadonlyMap<string, number> {
    return this.#constraints ?? new Map();
  }

  /** @internal The largest step reported, also by earlier workers; -1 = none. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /** @internal The intermediate value of the largest step, NaN if there is none. */
  get lastReport(): number {
    return this.#lastReport;
  }
}

Object.defineProperty(Trial.prototype, trialBrand, { value: true });

inspectAs(Trial, (trial: Trial) => trial.inspected);
