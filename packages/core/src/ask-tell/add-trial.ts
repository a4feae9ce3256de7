import { keys } from '../attribute-keys.ts';
import { didYouMean } from '../checks/checks.ts';
import { checkName } from '../checks/names.ts';
import { requireInternal } from '../distribution/convert.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { checkDistribution } from '../distribution/validate.ts';
import { AsktellError, show } from '../errors.ts';
import type { FailureReason, TrialState } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { requireActive, toFlat } from '../space/flat.ts';
import { stampOf } from '../stamp.ts';
import type { NewTrial } from '../storage/storage.ts';
import { checkAttr } from '../trial/attribute-value.ts';
import { type FrozenTrial, isFrozenTrial } from '../trial/frozen-trial.ts';
import { checkConstraint, checkReport } from '../trial/measurement-checks.ts';
import { readValues } from '../trial/outcome.ts';

/** A trial that was measured elsewhere. A {@link FrozenTrial} of another study has this form. */
export interface NewTrialInput {
  /** Default `complete`. `running` is refused: ask for such a trial. */
  readonly state?: TrialState;
  /** The value of a study with one objective. See {@link values}. */
  readonly value?: number | undefined;
  /** One value per objective. Required for complete trials, optional for pruned ones, refused for others. */
  readonly values?: readonly number[] | undefined;
  /** Nested or flat. */
  readonly params?: object;
  /** Distributions of the parameters, by flat name. Optional for parameters of the study's declared space. */
  readonly distributions?: { readonly [name: string]: Distribution };
  readonly userAttrs?: { readonly [key: string]: Json };
  /** Reported values by step. */
  readonly intermediateValues?: ReadonlyMap<number, number> | { readonly [step: string]: number };
  /** Constraint values by name. Satisfied if `<= 0`. */
  readonly constraints?: { readonly [name: string]: number };
  /** Why the trial failed. */
  readonly failure?: FailureReason | null;
  /** Default: `datetimeComplete`. */
  readonly datetimeStart?: Date | undefined;
  /** Default: now, or `datetimeStart` if that is later. */
  readonly datetimeComplete?: Date | undefined;
}

/** The fields of {@link NewTrialInput}. A misspelled one is not ignored. */
const fields: { readonly [K in keyof Required<NewTrialInput>]: true } = {
  state: true,
  value: true,
  values: true,
  params: true,
  distributions: true,
  userAttrs: true,
  intermediateValues: true,
  constraints: true,
  failure: true,
  datetimeStart: true,
  datetimeComplete: true,
};

function bad(message: string): AsktellError {
  return new AsktellError('invalid-value', `addTrial: ${message}`);
}

/** Adds trials, all or none. */
export async function addTrials(
  session: Session,
  space: DeclaredSpace | null,
  trials: readonly NewTrialInput[],
): Promise<readonly number[]> {
  const records = trials.map((trial) => readNewTrial(trial, session.study.directions.length, space));
  return session.commit(records.map((trial) => ({ kind: 'create', trial })));
}

/** @throws AsktellError `invalid-value`, `invalid-argument` */
function readNewTrial(trial: NewTrialInput, objectives: number, space: DeclaredSpace | null): NewTrial {
  if (typeof trial !== 'object' || trial === null)
    throw bad(`the trial must be an object such as { params, distributions, value }, not ${show(trial)}.`);
  // A trial read from a study keeps everything: microseconds, parameter order, attributes of other programs.
  if (isFrozenTrial(trial)) return checkedRecord(trial, objectives);
  for (const key of Object.keys(trial))
    if (!Object.hasOwn(fields, key))
      throw bad(
        `a trial has no field ${show(key)}.${didYouMean(key, Object.keys(fields))} The fields are ${Object.keys(fields).join(', ')}.`,
      );
  const { state = 'complete' } = trial;
  if (!['complete', 'pruned', 'fail', 'waiting'].includes(state))
    throw bad(`the state must be 'complete', 'pruned', 'fail' or 'waiting', not ${show(state)}.`);
  const { names, dists, x } = readParams(trial, space);
  const { datetimeStart: began, datetimeComplete: ended } = trial;
  const finished = state !== 'waiting';
  const complete = ended === undefined ? Date.now() * 1000 : toStamp('datetimeComplete', ended);
  const start = began === undefined ? complete : toStamp('datetimeStart', began);
  const startedAt = finished ? start : null;
  const finishedAt = finished ? (ended === undefined ? Math.max(complete, start) : complete) : null;
  if (startedAt !== null && finishedAt !== null && startedAt > finishedAt)
    throw bad('datetimeStart must not be later than datetimeComplete.');
  return {
    state,
    names,
    dists,
    x,
    values: readOutcome(trial, state, objectives),
    reports: readReports(trial),
    userAttrs: readAttrs(trial),
    systemAttrs: readSystem(trial, state),
    startedAt,
    finishedAt,
  };
}

function checkedRecord(trial: FrozenTrial<object>, objectives: number): NewTrial {
  const { number: _number, ...record } = trial.record;
  if (record.state === 'running') throw bad(`trial ${trial.number} is still running. Add it when it is finished.`);
  if (record.values !== null && record.values.length !== objectives)
    throw bad(
      `trial ${trial.number} has ${record.values.length} value(s), but this study has ${objectives} objective(s).`,
    );
  return record;
}

function readParams(
  trial: NewTrialInput,
  space: DeclaredSpace | null,
): { names: string[]; dists: Distribution[]; x: number[] } {
  const params = trial.params ?? {};
  const given = trial.distributions ?? {};
  const isFlat = Object.keys(params).every((name) => Object.hasOwn(given, name));
  const flat = space === null || isFlat ? new Map(Object.entries(params)) : toFlat(space, params);
  const names: string[] = [];
  const dists: Distribution[] = [];
  const x: number[] = [];
  for (const [name, value] of flat) {
    checkName('addTrial', name);
    const at = space?.index.get(name);
    const dist = Object.hasOwn(given, name)
      ? checkDistribution(given[name])
      : at === undefined
        ? undefined
        : space?.compiled.params[at]?.dist;
    if (dist === undefined)
      throw bad(`parameter ${show(name)} has no distribution. Pass distributions: { ${name}: … }.`);
    names.push(name);
    dists.push(dist);
    x.push(requireInternal(dist, name, value));
  }
  if (space !== null) requireActive(space, flat.keys(), (name) => flat.get(name));
  for (const name of Object.keys(given))
    if (!flat.has(name)) throw bad(`there is a distribution for ${show(name)}, but no value. Add the value to params.`);
  return { names, dists, x };
}

function readOutcome(trial: NewTrialInput, state: TrialState, objectives: number): readonly number[] | null {
  if (
    trial.value !== undefined &&
    trial.values !== undefined &&
    !(trial.values.length === 1 && trial.values[0] === trial.value)
  )
    throw bad('pass value or values, not both.');
  const told = trial.values ?? trial.value;
  if (told === undefined && state !== 'complete') return null;
  if (state === 'fail' || state === 'waiting')
    throw bad(`a trial in state '${state}' has no value, but ${show(told)} was given.`);
  const values = readValues(told, objectives);
  if (values.some(Number.isNaN)) throw bad("NaN cannot be a value. Use state: 'fail'.");
  return values;
}

function readReports(trial: NewTrialInput): NewTrial['reports'] {
  const given = trial.intermediateValues;
  if (given === undefined) return null;
  const pairs = (
    given instanceof Map ? [...given] : Object.entries(given).map(([step, value]) => [Number(step), value])
  ) as [number, number][];
  if (pairs.length === 0) return null;
  for (const [step, value] of pairs) checkReport(value, step);
  pairs.sort((a, b) => a[0] - b[0]);
  return { steps: pairs.map(([step]) => step), values: pairs.map(([, value]) => value + 0) };
}

function readAttrs(trial: NewTrialInput): ReadonlyMap<string, Json> | null {
  const entries = Object.entries(trial.userAttrs ?? {}).map(([key, value]) => [key, checkAttr(key, value)] as const);
  return entries.length === 0 ? null : new Map(entries);
}

function readSystem(trial: NewTrialInput, state: TrialState): ReadonlyMap<string, Json> | null {
  const out = new Map<string, Json>();
  const constraints = Object.entries(trial.constraints ?? {});
  for (const [name, value] of constraints) checkConstraint('addTrial: constraints', name, value);
  if (constraints.length > 0) {
    out.set(
      keys.constraints,
      constraints.map(([, value]) => value),
    );
    out.set(
      keys.constraintNames,
      constraints.map(([name]) => name),
    );
  }
  if (trial.failure !== undefined && trial.failure !== null) out.set(keys.failure, readFailure(trial.failure, state));
  if (state === 'waiting') out.set(keys.fixedParams, {});
  return out.size === 0 ? null : out;
}

function readFailure(failure: FailureReason, state: TrialState): Json {
  const { code, message } = failure;
  if (typeof code !== 'string' || typeof message !== 'string')
    throw bad(`failure must be { code, message } with two strings, not ${show(failure)}.`);
  if (state !== 'fail') throw bad(`only a trial in state 'fail' has a failure, not one in state '${state}'.`);
  return { code, message };
}

function toStamp(name: string, date: Date): number {
  const stamp = date instanceof Date ? stampOf(date) : Number.NaN;
  if (Number.isNaN(stamp)) throw bad(`${name} must be a valid Date of the years 1 to 9999, not ${show(date)}.`);
  return stamp;
}
