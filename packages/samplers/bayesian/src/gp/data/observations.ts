import { constraintsOf, type Json, keys, type TrialHistory } from '@asktell/core';
import type { Encoding } from '../space/encoding.ts';

/**
 * What became of a trial: measured, measured but infeasible, stopped early, or not measured. `prior`: measured in an
 * earlier study.
 */
export type Outcome = 'feasible' | 'prior' | 'infeasible' | 'pruned' | 'failed';

/** What a finished trial teaches. Immutable. */
export interface Observation {
  readonly outcome: Outcome;
  /** Columns of a model. */
  readonly point: Float64Array;
  /** One per objective, to be minimised. They may be infinite. `null` if there are none. */
  readonly values: Float64Array | null;
  /** Standard errors of the values; `null` if none were told. */
  readonly errors: Float64Array | null;
  /** Constraint values by name, feasible up to 0; `null` if none were set. */
  readonly constraints: ReadonlyMap<string, number> | null;
  /** Sum of the positive constraint values. */
  readonly violation: number;
}

/** The attribute with the standard errors of told values: a list with one number per objective. */
const standardErrorsKey = 'asktell:sem';

/**
 * Reads a finished trial. `null` if it teaches nothing: it is not a point of the space, or its worker was lost.
 *
 * @param value internal value of a parameter in the trial, NaN if it has none
 */
export function readObservation(
  row: number,
  history: TrialHistory,
  encoding: Encoding,
  value: (name: string) => number = (name) => history.value(row, name),
): Observation | null {
  const design = new Float64Array(encoding.axes.length);
  if (!encoding.readTrial(value, design)) return null;
  const point = new Float64Array(encoding.columns);
  encoding.toColumns(design, 0, point, 0);
  const nothing = { point, values: null, errors: null, constraints: null, violation: 0 };
  const state = history.state(row);
  if (state === 'fail') return history.failure(row)?.code === 'lost' ? null : { ...nothing, outcome: 'failed' };
  if (state === 'pruned') return { ...nothing, outcome: 'pruned', values: lastReport(row, history) };
  const values = Float64Array.from(history.directions, (direction, k) => {
    const value = history.values(k)[row] as number;
    return direction === 'maximize' ? -value : value;
  });
  if (values.some(Number.isNaN)) return null;
  const violation = history.violation[row] as number;
  return {
    point,
    values,
    errors: standardErrors(history.attribute(row, standardErrorsKey), values.length),
    constraints: Number.isNaN(violation) ? null : readConstraints(row, history, violation),
    violation: Number.isNaN(violation) ? 0 : violation,
    outcome: violation > 0 ? 'infeasible' : 'feasible',
  };
}

/** The last intermediate value of a pruned trial of a study with one objective. */
function lastReport(row: number, history: TrialHistory): Float64Array | null {
  if (history.directions.length !== 1) return null;
  const { values } = history.reports(row);
  const last = values.length === 0 ? Number.NaN : (values[values.length - 1] as number);
  if (Number.isNaN(last)) return null;
  return Float64Array.of(history.directions[0] === 'maximize' ? -last : last);
}

function standardErrors(stored: Json | undefined, objectives: number): Float64Array | null {
  if (!Array.isArray(stored) || stored.length !== objectives) return null;
  const isError = (value: Json): value is number =>
    typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
  return stored.every(isError) ? Float64Array.from(stored) : null;
}

/** Constraint values by name. If only their sum is known, it counts as one constraint. */
function readConstraints(row: number, history: TrialHistory, violation: number): ReadonlyMap<string, number> {
  const attrs = new Map<string, Json>();
  for (const key of [keys.constraints, keys.constraintNames]) {
    const value = history.attribute(row, key);
    if (value !== undefined) attrs.set(key, value);
  }
  const constraints = constraintsOf(attrs);
  return constraints.size > 0 ? constraints : new Map([['violation', violation]]);
}
