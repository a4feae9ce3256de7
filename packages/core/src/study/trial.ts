import {
  describe,
  isSingle,
  requireInternal,
  sameDistribution,
  toExternal,
  toInternal,
} from '../distribution/convert.ts';
import type { Distribution, Scalar } from '../distribution/distribution.ts';
import type { FloatOptions, IntOptions } from '../distribution/validate.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import { readNote, type TrialNote } from '../history/note.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Awaitable, Json } from '../json.ts';
import { type AbortControllerLike, newAbortController, type Signal } from '../platform.ts';
import { alwaysActive } from '../space/always-active.ts';
import type { DeclaredSpace } from '../space/compile.ts';
import type { FlatParams } from '../space/infer.ts';
import { toNested } from '../space/nested.ts';
import { keys } from '../storage/keys.ts';
import type { StudyRef, TrialOp } from '../storage/storage.ts';
import { isPromise, then } from './awaitable.ts';
import { checkAttr, checkConstraint, checkReport } from './checks.ts';
import { failureOps } from './outcome.ts';
import { sampleOne } from './propose.ts';
import type { Context } from './sampling.ts';
import type { Session } from './session.ts';

export interface TrialRun {
  readonly space: DeclaredSpace | null;
  readonly total: number | null;
}

const trialBrand = Symbol.for('asktell.trial');

/** Whether a value is a trial in progress, also one of another copy of this package. */
export function isTrial(value: unknown): value is Trial {
  return typeof value === 'object' && value !== null && (value as { brand?: unknown }).brand === trialBrand;
}

/** Parameters looked up by a scan up to this many, by a map beyond. */
const scanLimit = 24;

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
  readonly #names: string[];
  readonly #dists: Distribution[];
  readonly #x: number[];
  /** How many parameters are stored. */
  #stored: number;
  #index: Map<string, number> | null = null;
  #context: Context | null = null;
  #pending: TrialOp[] | null = null;
  #flushing: Promise<void> | null = null;
  #scheduled = false;
  #trouble: unknown;
  #finished = false;
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

  /** Brand: see {@link isTrial}. */
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
    this.#names = record.names.slice();
    this.#dists = record.dists.slice();
    this.#x = Array.from(record.x);
    this.#stored = this.#names.length;
    this.isResumed = isResumed;
    const steps = record.reports?.steps;
    if (steps !== undefined && steps.length > 0) {
      this.#lastStep = steps[steps.length - 1] as number;
      this.#lastReport = record.reports?.values[steps.length - 1] as number;
    }
  }

  /** The parameters so far: those of the declared space nested as declared, the others under their flat names. */
  get params(): P {
    const { space } = this.#run;
    if (space === null) return Object.fromEntries(this.#names.map((name, i) => [name, this.#external(i)])) as P;
    const x = new Float64Array(space.compiled.params.length).fill(Number.NaN);
    const others: [string, Scalar][] = [];
    this.#names.forEach((name, i) => {
      const at = space.index.get(name);
      if (at === undefined) others.push([name, this.#external(i)]);
      else x[at] = this.#x[i] as number;
    });
    return { ...toNested(space, x), ...Object.fromEntries(others) } as P;
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
    const at = this.#find(name);
    if (at >= 0) return this.#again(at, name, dist);
    const x = this.#choose(name, dist);
    this.#index?.set(name, this.#names.length);
    this.#names.push(name);
    this.#dists.push(dist);
    this.#x.push(x);
    if (!this.held) this.#schedule();
    return toExternal(dist, x);
  }

  #find(name: string): number {
    const names = this.#names;
    if (names.length <= scanLimit) return names.indexOf(name);
    this.#index ??= new Map(names.map((known, i) => [known, i]));
    return this.#index.get(name) ?? -1;
  }

  /** The same name again gives the same value, if it is asked for in the same way. */
  #again(at: number, name: string, dist: Distribution): Scalar {
    const known = this.#dists[at] as Distribution;
    const x = this.#x[at] as number;
    if (sameDistribution(known, dist)) return toExternal(known, x);
    throw new AsktellError(
      'space-conflict',
      `Trial ${this.number} has ${show(name)} as ${describe(known)} and cannot have it as ${describe(dist)}, too; use another name.`,
    );
  }

  #choose(name: string, dist: Distribution): number {
    if (this.#fixed?.has(name)) return requireInternal(dist, name, this.#fixed.get(name));
    if (isSingle(dist)) return dist.kind === 'categorical' ? 0 : dist.low;
    const proposed = this.#note?.proposal?.[name];
    if (proposed !== undefined) {
      // The range may have moved since: then the parameter is sampled anew.
      const x = toInternal(dist, proposed);
      if (!Number.isNaN(x)) return x;
    }
    const { host } = this.#session;
    const context = this.#sampleContext();
    return sampleOne(host, context.space, context, name, dist);
  }

  #sampleContext(): Context {
    if (this.#context !== null) return this.#context;
    const { host } = this.#session;
    const declared = this.#run.space?.compiled;
    const space =
      declared ??
      (host.sampler.init === undefined && host.sampler.propose === undefined
        ? emptySpace
        : host.observedAt(this.#startedAt));
    const task = {
      number: this.number,
      startedAt: this.#startedAt,
      space: host.sampler.supports.conditional === true ? space : (alwaysActive(space)?.space ?? space),
      fixed: noFixed,
      chosen: () => new Map(this.#names.map((name, i) => [name, this.#external(i)])),
      note: () => this.#note?.sampler,
      pending: this.#note?.pending ?? [],
      total: this.#run.total,
    };
    this.#context = host.context(task, host.pendingRows(task), 0);
    return this.#context;
  }

  #external(i: number): Scalar {
    return toExternal(this.#dists[i] as Distribution, this.#x[i] as number);
  }

  #requireRunning(what: string): void {
    if (!this.#finished) return;
    this.rethrow();
    throw new AsktellError('trial-finished', `Trial ${this.number} is finished; you cannot ${what} any more.`);
  }

  /**
   * Stores an intermediate value: what the objective is at `step`. NaN and infinities are allowed. The same step again is
   * ignored with a warning.
   * @param step whole number from 0 on: epoch, fold, instance
   * @throws AsktellError `invalid-value`, `invalid-argument`, `trial-finished`
   */
  report(value: number, step: number): Promise<void> {
    try {
      checkReport(value, step);
      this.#requireRunning('report');
      this.#reported ??= new Set();
      if (this.#reported.has(step)) {
        this.#session.environment.output.warn(
          `Trial ${this.number} has reported step ${step} already; the value ${show(value)} is ignored.`,
        );
        return this.#settled();
      }
      this.#reported.add(step);
      this.#step = Math.max(this.#step, step);
      if (step >= this.#lastStep) {
        this.#lastStep = step;
        this.#lastReport = value;
      }
      return this.#push({ kind: 'report', number: this.number, step, value: value + 0 });
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
      throw new AsktellError(
        'unsupported',
        `Pruning needs one objective, and this study has ${session.study.directions.length}.`,
      );
    }
    await this.flush();
    if (this.#step < 0) return false;
    await session.refresh(session.pruner.reads === 'running' ? Array.from(session.store.running) : []);
    const decision = session.decide(this.number, this.#step);
    if (decision.note !== undefined) {
      await this.#push({
        kind: 'attr',
        number: this.number,
        scope: 'system',
        key: `asktell:pruner:${session.pruner.name}`,
        value: decision.note as Json,
      });
    }
    if (decision.prune) this.abort(new Error(`Trial ${this.number} is pruned at step ${this.#step}.`));
    return decision.prune;
  }

  /**
   * Stores anything that JSON can hold beside the trial. The last write of a key wins.
   * @throws AsktellError `invalid-argument`, `invalid-value`, `trial-finished`
   */
  setUserAttr(key: string, value: Json): Promise<void> {
    try {
      this.#requireRunning('set an attribute');
      return this.#push({ kind: 'attr', number: this.number, scope: 'user', key, value: checkAttr(key, value) });
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
    try {
      this.#requireRunning('set a constraint');
      checkConstraint(name, value);
      this.#constraints ??= new Map();
      this.#constraints.set(name, value + 0);
      const { number } = this;
      void this.#push({
        kind: 'attr',
        number,
        scope: 'system',
        key: keys.constraintNames,
        value: [...this.#constraints.keys()],
      });
      return this.#push({
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

  #push(op: TrialOp): Promise<void> {
    if (this.#pending === null) this.#pending = [op];
    else this.#pending.push(op);
    return this.#settled();
  }

  /** A promise of the next flush. Nobody has to await it: a failure comes back with the next awaited call, too. */
  #settled(): Promise<void> {
    const done = Promise.resolve().then(() => this.flush());
    done.catch(() => undefined);
    return done;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void Promise.resolve().then(() => {
      this.#scheduled = false;
      if (!this.#finished) void Promise.resolve(this.#tryFlush());
    });
  }

  async #tryFlush(): Promise<void> {
    try {
      await this.flush();
    } catch (error) {
      this.#trouble = error; // nobody was there to hear it: the next awaited call throws it
    }
  }

  /** Puts back what {@link takeOps} gave and could not be stored. */
  restoreOps(ops: readonly TrialOp[]): void {
    const others = ops.filter((op) => op.kind === 'report' || op.kind === 'attr');
    this.#stored -= ops.length - others.length;
    if (others.length > 0) this.#pending = [...others, ...(this.#pending ?? [])];
  }

  /** What is chosen and reported but not stored yet. */
  takeOps(): TrialOp[] {
    const ops: TrialOp[] = [];
    for (let i = this.#stored; i < this.#names.length; i++) {
      ops.push({
        kind: 'param',
        number: this.number,
        name: this.#names[i] as string,
        dist: this.#dists[i] as Distribution,
        x: this.#x[i] as number,
      });
    }
    this.#stored = this.#names.length;
    if (this.#pending !== null) {
      for (const op of this.#pending) ops.push(op);
      this.#pending = null;
    }
    return ops;
  }

  /** Waits for writes on their way, without starting one. Rejects with what they have met. */
  settle(): Awaitable<void> {
    this.rethrow();
    return this.#flushing ?? undefined;
  }

  /** What a flush has met is thrown once; what it could not store is still there, so that a second try may succeed. */
  rethrow(): void {
    const trouble = this.#trouble;
    if (trouble === undefined) return;
    this.#trouble = undefined;
    throw trouble;
  }

  /** Stores what is pending. Rejects with what an earlier flush has met. */
  flush(): Awaitable<void> {
    if (this.#flushing !== null) return this.#flushing.then(() => this.flush());
    this.rethrow();
    const ops = this.takeOps();
    if (ops.length === 0) return;
    const session = this.#session;
    let written: Awaitable<readonly number[]>;
    try {
      written = session.write(ops);
    } catch (error) {
      return this.writeFailed(error, ops);
    }
    if (!isPromise(written)) {
      session.mirror(ops);
      return;
    }
    const flushing = written.then(
      () => {
        this.#flushing = null;
        session.mirror(ops);
      },
      (error: unknown) => {
        this.#flushing = null;
        return this.writeFailed(error, ops);
      },
    );
    this.#flushing = flushing as Promise<void>;
    flushing.catch(() => undefined);
    return this.#flushing;
  }

  /** A write of `ops` was refused. Ends the trial if another worker has defined one of its parameters differently. Always throws. */
  writeFailed(error: unknown, ops: readonly TrialOp[]): Awaitable<never> {
    this.restoreOps(ops);
    if (!isAsktellError(error, 'space-conflict')) throw error;
    for (const name of this.#names) this.#session.params.forget(name);
    // Another worker has defined a name differently: this trial cannot be stored as it is.
    return then(this.#session.write(failureOps(this.number, 'space-conflict', error.message)), () => {
      this.finish();
      throw error;
    });
  }

  /** The trial has been told. */
  finish(): void {
    this.#finished = true;
    this.#session.leases.release(this.number);
  }

  get isFinished(): boolean {
    return this.#finished;
  }
}

const noFixed = new Float64Array(0);
const emptySpace = { id: 'empty', origin: 'observed', params: [], allows: null } as const;
