import { keys } from '../attribute-keys.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { constraintsOf } from '../history/constraints.ts';
import { readErrors, readGradient } from '../history/measured.ts';
import { allNamedReports } from '../history/named-reports.ts';
import type { RecordStore } from '../history/record-store.ts';
import type { FailureReason, TrialRecord, TrialState } from '../history/trial-record.ts';
import { ifAny, inspectAs } from '../inspection.ts';
import type { Json } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams } from '../space/infer.ts';
import { flatEntries, paramsObject } from '../space/params-object.ts';
import { dateOf } from '../stamp.ts';
import { explainTrial, type Why } from './why.ts';

const frozenBrand = Symbol.for('asktell.frozen-trial');

/** Whether a value is a {@link FrozenTrial}. Recognizes those of other copies of this package. */
export function isFrozenTrial(value: unknown): value is FrozenTrial<object> {
  return typeof value === 'object' && value !== null && frozenBrand in value;
}

/**
 * A trial as it was when it was read. Data is read lazily, so a list of 100,000 trials costs little until it is used.
 */
export class FrozenTrial<P extends object = { readonly [name: string]: unknown }> {
  readonly number: number;
  readonly state: TrialState;
  readonly #read: () => TrialRecord;
  readonly #space: DeclaredSpace | null;
  readonly #session: Session | null;
  #record: TrialRecord | null = null;

  /** @internal Made by the study's getters. */
  constructor(
    number: number,
    state: TrialState,
    read: () => TrialRecord,
    space: DeclaredSpace | null,
    session: Session | null = null,
  ) {
    this.number = number;
    this.state = state;
    this.#read = read;
    this.#space = space;
    this.#session = session;
  }

  /** The trial as plain data, with flat names and internal values. */
  get record(): TrialRecord {
    this.#record ??= this.#read();
    return this.#record;
  }

  /** The value. `undefined` if there is none, or if the study has several objectives. */
  get value(): number | undefined {
    const { values } = this.record;
    return values === null || values.length !== 1 ? undefined : values[0];
  }

  /** One value per objective, or `undefined`. */
  get values(): readonly number[] | undefined {
    return this.record.values ?? undefined;
  }

  /** Parameters: nested as declared if the study has a declared space, else by flat name. */
  get params(): P {
    return paramsObject(this.record, this.#space) as P;
  }

  /** Parameters by flat name, in order of suggestion. */
  get flatParams(): FlatParams {
    return Object.fromEntries(flatEntries(this.record));
  }

  /** What each parameter was drawn from, by flat name. */
  get distributions(): { readonly [name: string]: Distribution } {
    const { names, dists } = this.record;
    return Object.fromEntries(names.map((name, i) => [name, dists[i] as Distribution]));
  }

  get userAttrs(): { readonly [key: string]: Json } {
    return Object.fromEntries(this.record.userAttrs ?? []);
  }

  /** Attributes that Asktell, samplers, pruners and other programs have stored. */
  get systemAttrs(): { readonly [key: string]: Json } {
    return Object.fromEntries(this.record.systemAttrs ?? []);
  }

  /** Reported values by step, ascending. */
  get intermediateValues(): ReadonlyMap<number, number> {
    const { reports } = this.record;
    return new Map(reports === null ? [] : reports.steps.map((step, i) => [step, reports.values[i] as number]));
  }

  /**
   * Reported values of named metrics by name and step, the metric of {@link intermediateValues} first. Empty if all reports
   * were numbers without a name.
   */
  get intermediateMetrics(): { readonly [metric: string]: ReadonlyMap<number, number> } {
    return Object.fromEntries(
      Array.from(allNamedReports(this.record), ([metric, { steps, values }]) => [
        metric,
        new Map(Array.from(steps, (step, i) => [step, values[i] as number])),
      ]),
    );
  }

  /** Constraint values by name. The trial is feasible if none is positive. */
  get constraints(): { readonly [name: string]: number } {
    return Object.fromEntries(constraintsOf(this.record.systemAttrs));
  }

  /** Whether no constraint is violated. A trial without constraints is feasible. */
  get isFeasible(): boolean {
    return Object.values(this.constraints).every((value) => value <= 0);
  }

  get datetimeStart(): Date | undefined {
    return toDate(this.record.startedAt);
  }

  get datetimeComplete(): Date | undefined {
    return toDate(this.record.finishedAt);
  }

  /** Milliseconds from start to finish. */
  get duration(): number | undefined {
    const { startedAt, finishedAt } = this.record;
    return startedAt === null || finishedAt === null ? undefined : (finishedAt - startedAt) / 1000;
  }

  /** Standard errors of the values, as told. `null` if none were told. */
  get sem(): readonly number[] | null {
    return readErrors(this.record.systemAttrs?.get(keys.sem));
  }

  /** Derivatives of the value by flat parameter name, as told. `null` if none were told. */
  get gradient(): { readonly [name: string]: number } | null {
    return readGradient(this.record.systemAttrs?.get(keys.gradient));
  }

  /** Why it failed. `null` if it did not fail, or if no reason is stored. */
  get failure(): FailureReason | null {
    const stored = this.record.systemAttrs?.get(keys.failure);
    return typeof stored === 'object' && stored !== null ? (stored as unknown as FailureReason) : null;
  }

  /**
   * Why the trial got its parameters: which sampler proposed them, the reason, and what its model predicted. The proposal is
   * made again from the stored study, so that asking for a trial costs nothing.
   *
   * A trial that was added with `addTrial` or that another program has asked for is explained like one of the study's sampler.
   * @throws AsktellError `trial-waiting`, `unsupported` for a trial without a study, and what the storage and the sampler throw
   * @example const { sampler, reason, mean, deviation } = await (await study.bestTrial()).why();
   */
  why(): Promise<Why> {
    return explainTrial(this.#session, this.number, this.#space, null);
  }

  toJSON(): { readonly [key: string]: unknown } {
    const { number, state, values, params, userAttrs, failure, datetimeStart, datetimeComplete } = this;
    const intermediateValues = Object.fromEntries(this.intermediateValues);
    const metrics = Object.fromEntries(
      Object.entries(this.intermediateMetrics).map(([metric, values]) => [metric, Object.fromEntries(values)]),
    );
    return {
      number,
      state,
      values,
      params,
      userAttrs,
      intermediateValues,
      ...(Object.keys(metrics).length === 0 ? {} : { intermediateMetrics: metrics }),
      constraints: this.constraints,
      failure,
      datetimeStart,
      datetimeComplete,
    };
  }
}

Object.defineProperty(FrozenTrial.prototype, frozenBrand, { value: true });

inspectAs(FrozenTrial, (trial: FrozenTrial) => {
  const { number, state, value, values, params, constraints, userAttrs, failure, duration } = trial;
  return {
    number,
    state,
    ...(value === undefined ? { values } : { value }),
    sem: trial.sem ?? undefined,
    params,
    intermediateValues: ifAny(trial.intermediateValues),
    intermediateMetrics: ifAny(trial.intermediateMetrics),
    constraints: ifAny(constraints),
    userAttrs: ifAny(userAttrs),
    failure: failure ?? undefined,
    datetimeStart: trial.datetimeStart,
    datetimeComplete: trial.datetimeComplete,
    duration,
  };
});

/** What `console.log` prints of a running trial: the trial as it was last read, and its parameters so far. */
export function runningFields(
  history: RecordStore,
  space: DeclaredSpace | null,
  { number, params, isResumed }: { readonly number: number; readonly params: object; readonly isResumed: boolean },
): { readonly [field: string]: unknown } {
  if (number >= history.size) return { number, state: 'running', params };
  const trial = new FrozenTrial(number, history.state(number), () => history.record(number), space);
  const { state, values, userAttrs, constraints, failure } = trial;
  return {
    number,
    state,
    values,
    params,
    intermediateValues: ifAny(trial.intermediateValues),
    intermediateMetrics: ifAny(trial.intermediateMetrics),
    constraints: ifAny(constraints),
    userAttrs: ifAny(userAttrs),
    failure: failure ?? undefined,
    isResumed: isResumed || undefined,
  };
}

function toDate(stamp: number | null): Date | undefined {
  return stamp === null ? undefined : dateOf(stamp);
}
