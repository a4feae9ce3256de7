import { keys } from '../attribute-keys.ts';
import { checkName } from '../checks/names.ts';
import { isWhole } from '../checks/plain.ts';
import { isSingle, nthInternal, requireInternal, toExternal, toInternal } from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { FloatOptions, IntOptions } from '../distribution/validate.ts';
import { AsktellError } from '../errors.ts';
import { readNote, type TrialNote } from '../history/note.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { type AbortControllerLike, newAbortController, type Signal } from '../platform.ts';
import { noSpace } from '../proposal/blind-host.ts';
import { sampleOne } from '../proposal/complete-point.ts';
import type { Context } from '../proposal/context.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams } from '../space/infer.ts';
import { flatEntries, paramsObject } from '../space/params-object.ts';
import type { StudyRef } from '../storage/storage.ts';
import { checkAttr } from './attribute-value.ts';
import { trialBrand } from './is-trial.ts';
import { TrialParams } from './trial-params.ts';
import { TrialWriter } from './write-buffer.ts';

export interface TrialRun {
  readonly space: DeclaredSpace | null;
  readonly total: number | null;
}

/**
 * A trial in progress. `suggest*` answer at once; what they chose is written behind, at the next microtask in one batch,
 * and always before an awaited method resolves.
 */
export class Trial<P extends object = FlatParams> {
  readonly number: number;
  readonly #session: Session;
  readonly #run: TrialRun;
  readonly #startedAt: number;
  readonly #fixed: ReadonlyMap<string, Scalar> | null;
  readonly #note: TrialNote | undefined;
  readonly #chosen: TrialParams;
  /** Used by the study, which stores what is left together with the result. */
  readonly writer: TrialWriter;
  #context: Context | null = null;
  #reported: Set<number> | null = null;
  /** Largest step ever reported, by an earlier worker of this trial, too. */
  #lastStep = -1;
  /** Largest step reported by this worker: what the pruner is asked about. */
  #step = -1;
  #lastReport = Number.NaN;
  #constraints: Map<string, number> | null = null;
  #abort: AbortControllerLike | null = null;
  #abortReason: unknown;
  /** Set while a synchronous objective runs: whoever called it flushes afterwards, so no microtask is needed. */
  held = false;

  /** Brand: see `isTrial`. */
  get brand(): symbol {
    return trialBrand;
  }

  /** Made by `study.ask`; there is no other way to get one. */
  constructor(session: Session, record: TrialRecord, run: TrialRun, isResumed: boolean) {
    this.number = record.number;
    this.#session = session;
    this.#run = run;
    this.#startedAt = record.startedAt as number;
    const system = record.systemAttrs;
    this.#fixed = system === null ? null : session.fixedParams(record);
    this.#note = system === null ? undefined : readNote(system.get(keys.note));
    this.#chosen = new TrialParams(record);
    this.writer = new TrialWriter(session, record.number, this.#chosen);
    this.isResumed = isResumed;
    const steps = record.reports?.steps;
    if (steps !== undefined && steps.length > 0) {
      this.#lastStep = steps[steps.length - 1] as number;
      this.#lastReport = record.reports?.values[steps.length - 1] as number;
    }
  }

  /** The parameters so far: those of the declared space nested as declared, the others under their flat names. */
  get params(): P {
    return paramsObject(this.#chosen, this.#run.space) as P;
  }

  /** Whether an earlier worker left this trial behind, so that it runs again, with the same parameters. */
  readonly isResumed: boolean;

  /** The study it belongs to. */
  get studyRef(): StudyRef {
    return this.#session.study.ref;
  }

  /** Aborted when the trial is pruned, and when `optimize` stops, times out or is aborted. Pass it to what can be cancelled. */
  get signal(): Signal {
    if (this.#abort === null) {
      this.#abort = newAbortController();
      if (this.#abortReason !== undefined) this.#abort.abort(this.#abortReason);
    }
    return this.#abort.signal;
  }

  /** Whether {@link signal} is aborted, without making one. */
  get isAborted(): boolean {
    return this.#abortReason !== undefined;
  }

  /** Aborts {@link signal}. */
  abort(reason: unknown): void {
    if (this.#abortReason !== undefined) return;
    this.#abortReason = reason;
    this.#abort?.abort(reason);
  }

  /**
   * A real number from `low` to `high`, both included.
   * @throws AsktellError `invalid-distribution`, `space-conflict`, `trial-finished`
   */
  suggestFloat(name: string, low: number, high: number, options?: FloatOptions): number {
    return this.#suggest(name, this.#session.params.float(name, low, high, options)) as number;
  }

  /**
   * A whole number from `low` to `high`, both included.
   * @throws AsktellError `invalid-distribution`, `space-conflict`, `trial-finished`
   */
  suggestInt(name: string, low: number, high: number, options?: IntOptions): number {
    return this.#suggest(name, this.#session.params.int(name, low, high, options)) as number;
  }

  /**
   * One of the choices.
   * @throws AsktellError `invalid-distribution`, `space-conflict`, `trial-finished`
   */
  suggestCategorical<const C extends readonly Scalar[]>(name: string, choices: C): C[number] {
    return this.#suggest(name, this.#session.params.categorical(name, choices)) as C[number];
  }

  #suggest(name: string, dist: Distribution): Scalar {
    this.#requireRunning('suggest a parameter');
    const at = this.#chosen.find(name);
    if (at >= 0) return this.#chosen.again(at, dist);
    const x = this.#choose(name, dist);
    this.#chosen.add(name, dist, x);
    if (!this.held) this.writer.schedule();
    return toExternal(dist, x);
  }

  #choose(name: string, dist: Distribution): number {
    if (this.#fixed?.has(name)) return requireInternal(dist, name, this.#fixed.get(name));
    if (isSingle(dist)) return nthInternal(dist, 0);
    const proposed = this.#note?.proposal?.[name];
    if (proposed !== undefined) {
      // The range may have moved since: then the parameter is sampled anew.
      const x = toInternal(dist, proposed);
      if (!Number.isNaN(x)) return x;
    }
    return sampleOne(this.#session.host, this.#sampleContext(), name, dist);
  }

  #sampleContext(): Context {
    if (this.#context !== null) return this.#context;
    const task = {
      number: this.number,
      startedAt: this.#startedAt,
      space: this.#run.space?.compiled ?? noSpace,
      fixed: noFixed,
      enqueued: this.#fixed,
      chosen: () => new Map(flatEntries(this.#chosen)),
      note: () => this.#note?.sampler,
      pending: noRows,
      total: this.#run.total,
    };
    this.#context = this.#session.host.suggestContext(task);
    return this.#context;
  }

  #requireRunning(what: string): void {
    if (!this.writer.isFinished) return;
    this.writer.rethrow();
    throw new AsktellError('trial-finished', `Trial ${this.number} is finished; you cannot ${what} any more.`);
  }

  /**
   * Stores an intermediate value: what the objective is at `step`. NaN and infinities are allowed. The same step again is
   * ignored with a warning.
   * @param step whole number from 0 on: epoch, fold, instance
   * @throws AsktellError `invalid-value`, `invalid-argument`, `trial-finished`
   */
  report(value: number, step: number): Promise<void> {
    if (typeof value !== 'number' || !isWhole(step))
      return this.#session.seldom(({ checkReport }) => checkReport(value, step));
    try {
      this.#requireRunning('report');
      this.#reported ??= new Set();
      if (this.#reported.has(step)) {
        const { output } = this.#session.environment;
        return this.#session
          .seldom(({ warnRepeated }) => warnRepeated(output, this.number, step, value))
          .then(() => this.writer.next());
      }
      this.#reported.add(step);
      this.#step = Math.max(this.#step, step);
      if (step >= this.#lastStep) {
        this.#lastStep = step;
        this.#lastReport = value;
      }
      return this.writer.push({ kind: 'report', number: this.number, step, value: value + 0 });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Whether the pruner would stop here. Then throw {@link TrialPruned}, or tell the trial with state `pruned`.
   * @throws AsktellError `unsupported` in a study of several objectives, `trial-finished`
   */
  async shouldPrune(): Promise<boolean> {
    this.#requireRunning('ask the pruner');
    const session = this.#session;
    if (session.study.directions.length > 1) {
      await session.seldom(({ refusePruning }) => refusePruning(session.study.directions.length));
    }
    await this.writer.flush();
    if (this.#step < 0 || session.pruning === null) return false;
    const prune = await session.pruning.decide(this.number, this.#step, this.writer);
    if (prune) this.abort(new Error(`Trial ${this.number} is pruned at step ${this.#step}.`));
    return prune;
  }

  /**
   * Stores anything that JSON can hold beside the trial. The last write of a key wins.
   * @throws AsktellError `invalid-argument`, `invalid-value`, `trial-finished`
   */
  setUserAttr(key: string, value: Json): Promise<void> {
    try {
      this.#requireRunning('set an attribute');
      return this.writer.push({ kind: 'attr', number: this.number, scope: 'user', key, value: checkAttr(key, value) });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * States how far the outcome is from what is allowed: feasible when `value <= 0`. A trial counts as feasible when all its
   * constraints are. The last value of a name wins.
   * @throws AsktellError `invalid-argument`, `invalid-value`, `trial-finished`
   */
  setConstraint(name: string, value: number): Promise<void> {
    if (typeof name !== 'string' || typeof value !== 'number' || Number.isNaN(value))
      return this.#session.seldom(({ checkConstraint }) => checkConstraint(name, value));
    try {
      this.#requireRunning('set a constraint');
      checkName('setConstraint', name);
      this.#constraints ??= new Map();
      this.#constraints.set(name, value + 0);
      const { number } = this;
      void this.writer.push({
        kind: 'attr',
        number,
        scope: 'system',
        key: keys.constraintNames,
        value: [...this.#constraints.keys()],
      });
      return this.writer.push({
        kind: 'attr',
        number,
        scope: 'system',
        key: keys.constraints,
        value: [...this.#constraints.values()],
      });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The intermediate value of the largest step, NaN when there is none. */
  get lastReport(): number {
    return this.#lastReport;
  }
}

const noFixed = new Float64Array(0);
/** What is pending changes between the suggests of a trial: only the proposal of its ask may depend on that. */
const noRows: readonly number[] = [];
