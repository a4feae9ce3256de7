import { keys } from '../attribute-keys.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { FloatOptions, IntOptions } from '../distribution/validate.ts';
import { AsktellError, isAsktellError } from '../errors.ts';
import { readNote } from '../history/note.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { inspectAs } from '../inspection.ts';
import type { Json } from '../json.ts';
import { type AbortControllerLike, newAbortController, type Signal } from '../platform.ts';
import { enqueuedParams, type FixedParams } from '../proposal/request.ts';
import { Suggestions } from '../proposal/suggestions.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams } from '../space/infer.ts';
import { flatEntries, paramsObject } from '../space/params-object.ts';
import type { StudyRef, TrialOp } from '../storage/storage.ts';
import { checkAttr } from './attribute-value.ts';
import { askPruner } from './decision.ts';
import { runningFields } from './frozen-trial.ts';
import { trialBrand } from './is-trial.ts';
import { checkConstraint, type MetricValues, type ReportOptions } from './measurement-checks.ts';
import { OwnReports } from './own-reports.ts';
import { type StepsOptions, type TrialStep, trialSteps } from './steps.ts';
import { TrialParams } from './trial-params.ts';
import { explainTrial, type Why } from './why.ts';
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
export class Trial<P extends object = { readonly [name: string]: unknown }, M extends string = string> {
  readonly number: number;
  /**
   * Whether an earlier worker started this trial and did not finish it. It then runs again with the same parameters.
   */
  readonly isResumed: boolean;
  /** With the option `repeat` of `optimize`: the number of this measurement, from 0. */
  readonly repeat: number = 0;
  /** @internal Data that is not stored yet. The study stores it together with the result. */
  readonly buffer: WriteBuffer;
  /** @internal Set while a synchronous objective runs: the caller flushes afterwards, so no microtask is needed. */
  deferWrites = false;
  /** @internal Whether a loop over {@link steps} ends by `TrialPruned`. */
  throwsWhenPruned = false;
  /** @internal Whether {@link steps} has pruned the trial. */
  endsAsPruned = false;
  readonly #session: Session;
  readonly #run: TrialRun;
  readonly #chosen: TrialParams;
  readonly #enqueued: FixedParams | null;
  readonly #suggestions: Suggestions;
  /** @internal What this trial has reported. */
  readonly reports: OwnReports;
  /** @internal The constraint values that this worker has set. */
  constraints: Map<string, number> | null = null;
  #abort: AbortControllerLike | null = null;
  #cancelReason: unknown;
  #cancellation: Cancellation | null = null;
  /** Number of parameters that were stored before this worker got the trial. */
  readonly #inherited: number;
  #unfit: AsktellError | undefined;

  /** @internal Made by `study.ask`. */
  constructor(session: Session, record: TrialRecord, run: TrialRun, isResumed: boolean) {
    const { number, systemAttrs } = record;
    this.number = number;
    this.isResumed = isResumed;
    this.#session = session;
    this.#run = run;
    this.#chosen = new TrialParams(record);
    this.reports = new OwnReports(session, record, this.#chosen);
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
  }

  /** The parameters so far, as a new object: those of the declared space nested as declared, others by flat name. */
  get params(): P {
    return paramsObject(this.#chosen, this.#run.space) as P;
  }

  /** The parameters so far by flat name, in order of suggestion. */
  get flatParams(): FlatParams {
    return Object.fromEntries(flatEntries(this.#chosen));
  }

  /** The attributes that are stored so far, also by earlier workers of this trial. */
  get userAttrs(): { readonly [key: string]: Json } {
    const { history } = this.#session;
    const { number } = this;
    return Object.fromEntries((number < history.size ? history.record(number).userAttrs : null) ?? []);
  }

  /** @internal What `console.log` prints. */
  get inspected(): { readonly [field: string]: unknown } {
    return runningFields(this.#session.history, this.#run.space, this);
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
   * Stores an intermediate value: the objective at `step`, or several metrics by name. NaN and infinities are allowed. A
   * repeated step is ignored with a warning. Of several metrics, the one named like the first objective is Optuna's
   * intermediate value, otherwise the first declared one, otherwise the first one of the study's first report.
   * @param step whole number, 0 or more: epoch, fold, instance
   * @throws AsktellError `invalid-value`, `invalid-argument`, `trial-finished`
   */
  report(value: number | MetricValues<M>, step: number, options: ReportOptions = {}): Promise<void> {
    try {
      this.#requireRunning('report');
      const ops = this.reports.add(value, step, options);
      return ops === null ? this.buffer.next() : this.buffer.push(...ops);
    } catch (error) {
      return this.buffer.refuse(error);
    }
  }

  /**
   * Whether the pruner would stop the trial now. If so, throw {@link TrialPruned}, or tell the trial with state
   * `pruned`.
   * @throws AsktellError `unsupported` if the pruner does not support several objectives, `trial-finished`
   */
  shouldPrune(): Promise<boolean> {
    try {
      this.#requireRunning('ask the pruner');
    } catch (error) {
      return this.buffer.refuse(error);
    }
    return this.#session.pruning.track(this.number, this.#decide());
  }

  async #decide(): Promise<boolean> {
    await this.buffer.flush();
    return this.#ask([]);
  }

  /** @param reported reports that the buffer has not stored yet */
  async #ask(reported: readonly TrialOp[]): Promise<boolean> {
    const { step } = this.reports;
    const prune = step >= 0 && (await askPruner(this.#session, this.buffer, this.number, step, reported));
    if (prune) this.cancel('pruned', `Trial ${this.number} is pruned at step ${step}.`);
    return prune;
  }

  /** Whether the pruner has stopped the trial. */
  get isPruned(): boolean {
    return this.#cancellation === 'pruned';
  }

  /**
   * The steps of a loop. Each stores a report and the pruner's decision in one write. When the trial is pruned, the loop
   * ends: in `optimize` by `TrialPruned`; elsewhere it just ends, {@link isPruned} is true, and `tell` stores the trial as
   * pruned unless it is told another state. When the trial is cancelled, the loop ends by the reason of {@link signal}.
   * @throws AsktellError `invalid-argument`, and the errors of `report` and `shouldPrune`
   * @example for await (const step of trial.steps({ from: 1, to: 100 })) await step.report({ loss: trainOneEpoch() })
   */
  steps(options: StepsOptions = {}): AsyncGenerator<TrialStep<M>, void, undefined> {
    return trialSteps<M>(this, options);
  }

  /** @internal Stores a report and the decision of the pruner in one write. */
  reportStep(value: number | MetricValues<M>, step: number, options: ReportOptions = {}): Promise<void> {
    try {
      this.#requireRunning('report');
      const ops = this.reports.add(value, step, options);
      if (ops === null) return this.buffer.next();
      this.buffer.add(ops);
      const stored = this.#storeStep(ops);
      stored.catch(() => undefined); // The loop awaits it.
      return stored;
    } catch (error) {
      return this.buffer.refuse(error);
    }
  }

  async #storeStep(ops: readonly TrialOp[]): Promise<void> {
    await this.buffer.settle();
    if (await this.#ask(ops)) this.endsAsPruned = true;
    await this.buffer.flush();
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
      this.constraints ??= new Map();
      this.constraints.set(name, value + 0);
      const op = { kind: 'attr', number: this.number, scope: 'system' } as const;
      return this.buffer.push(
        { ...op, key: keys.constraintNames, value: [...this.constraints.keys()] },
        { ...op, key: keys.constraints, value: [...this.constraints.values()] },
      );
    } catch (error) {
      return this.buffer.refuse(error);
    }
  }

  /**
   * Why the trial got its parameters: which sampler proposed them, the reason, and what its model predicted.
   * @throws AsktellError what the storage and the sampler throw
   */
  why(): Promise<Why> {
    return explainTrial(this.#session, this.number, this.#run.space, this.#run.total);
  }

  /** @internal The parameters so far. */
  get chosen(): Pick<TrialParams, 'names' | 'dists'> {
    return this.#chosen;
  }
}

Object.defineProperty(Trial.prototype, trialBrand, { value: true });

inspectAs(Trial, (trial: Trial) => trial.inspected);
