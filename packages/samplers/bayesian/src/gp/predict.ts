import {
  AsktellError,
  type CompiledSpace,
  type Direction,
  describe,
  type Offload,
  show,
  type TrialHistory,
  toInternal,
} from '@asktell/core';
import { Posterior } from '@asktell/numerics';
import type { Predictor } from './arms/arm.ts';
import type { Prediction } from './note.ts';
import { type GpRecipe, ownRecipe } from './recipe.ts';
import type { Found } from './search/climb.ts';
import { GpState } from './state.ts';
import { atOnce, inTurns, type Steps } from './steps.ts';

/**
 * Values are not capped. The trials of a sampler crowd around the best value, so a cap that depends on the median would
 * make everything else look good.
 */
const recipe: GpRecipe = { ...ownRecipe, capSpreads: Number.POSITIVE_INFINITY };

/** Predictions per step. */
const batch = 128;

/** The prediction of models at a design, in the user's units. */
export function predictAt(
  { encoding }: GpState,
  predictors: readonly Predictor[],
  { design }: Found,
  directions: readonly Direction[],
): Prediction {
  const point = new Float64Array(encoding.columns);
  encoding.toColumns(design, 0, point, 0);
  const mean = new Float64Array(1);
  const variance = new Float64Array(1);
  const predictions = predictors.map(({ process, centre, scale }, k) => {
    new Posterior(process).predict(point, 1, mean, variance);
    const value = centre + scale * (mean[0] as number);
    return {
      mean: directions[k] === 'maximize' ? -value : value,
      deviation: scale * Math.sqrt(variance[0] as number),
    };
  });
  return { mean: predictions.map((p) => p.mean), deviation: predictions.map((p) => p.deviation) };
}

/** Flat parameters by name, such as `{ lr: 0.01, 'model.svm.c': 1 }`. */
export interface PredictedParams {
  readonly [name: string]: unknown;
}

/** Mean and standard deviation of a predicted value, in the units of the objective and without noise. */
export interface PredictedValue {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Predicts the values of an objective at given parameters by a Gaussian process on the complete trials of a study, from
 * any sampler. Trials that violate constraints are included. Trials outside the space are ignored. Infinite values count
 * as the worst or the best finite one.
 *
 * @param space declared space of the study, or the observed one
 * @param params one prediction is returned per entry
 * @param objective index of the objective
 * @returns predictions in the order of `params`
 * @throws AsktellError `invalid-argument` if there is no complete trial with a value in the space, if an active
 * parameter is missing or outside its range, or if there is no such objective
 */
export function predictValues(
  history: TrialHistory,
  space: CompiledSpace,
  params: readonly PredictedParams[],
  objective = 0,
): readonly PredictedValue[] {
  return atOnce(prediction(history, space, params, objective));
}

/**
 * As {@link predictValues}, in short turns of the event loop and with long fits in another thread. The predictions are the
 * same.
 * @throws AsktellError as `predictValues` does
 */
export async function predictInTurns(
  history: TrialHistory,
  space: CompiledSpace,
  params: readonly PredictedParams[],
  objective: number,
  offload: Offload,
): Promise<readonly PredictedValue[]> {
  return inTurns(prediction(history, space, params, objective), offload);
}

function* prediction(
  history: TrialHistory,
  space: CompiledSpace,
  params: readonly PredictedParams[],
  objective: number,
): Steps<readonly PredictedValue[]> {
  const direction = history.directions[objective];
  if (direction === undefined)
    throw bad(`objective must be an index below ${history.directions.length}, not ${show(objective)}.`);
  // Only first points depend on the seed.
  const state = GpState.of({ space, history, seed: 0, recipe, deterministic: false, from: [] });
  for (const row of history.finished) if (history.state(row) === 'complete') state.absorb(row, history);
  const { encoding, valued, models } = state;
  if (valued.length === 0) throw bad('there is no complete trial in this space. Run trials first.');
  const designs = params.map((given) => designOf(state, space, given));
  if (encoding.axes.length === 0) return meanOnly(state, designs.length, objective, direction);
  const { process, centre, scale } = yield* models.objective(valued, objective);
  const count = designs.length;
  const points = new Float64Array(count * encoding.columns);
  designs.forEach((design, i) => {
    encoding.toColumns(design, 0, points, i * encoding.columns);
  });
  const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
  const posterior = new Posterior(process);
  for (let i = 0; i < count; i += batch) {
    const end = Math.min(count, i + batch);
    const some = points.subarray(i * encoding.columns, end * encoding.columns);
    posterior.predict(some, end - i, mean.subarray(i, end), variance.subarray(i, end));
    yield null;
  }
  return Array.from(mean, (z, i) => {
    const value = centre + scale * z;
    return {
      mean: direction === 'maximize' ? -value : value,
      deviation: scale * Math.sqrt(variance[i] as number),
    };
  });
}

/** Without free parameters there is one value, whose estimate is the mean of the observed ones. */
function meanOnly(
  { valued }: GpState,
  count: number,
  objective: number,
  direction: Direction,
): readonly PredictedValue[] {
  const n = valued.length;
  const values = valued.map((observation) => observation.values?.[objective] as number);
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / Math.max(1, n - 1), 0);
  const value = { mean: direction === 'maximize' ? -mean : mean, deviation: Math.sqrt(variance / n) };
  return Array.from({ length: count }, () => value);
}

function designOf({ encoding }: GpState, space: CompiledSpace, given: PredictedParams): Float64Array {
  const design = new Float64Array(encoding.axes.length);
  const values = new Map(
    space.params.map(({ name, dist }) => [
      name,
      Object.hasOwn(given, name) ? toInternal(dist, given[name]) : Number.NaN,
    ]),
  );
  encoding.axes.forEach(({ param }, a) => {
    const { name, dist } = space.params[param] as CompiledSpace['params'][number];
    design[a] = Number.NaN;
    if (!encoding.isActive(a, design)) return;
    const x = values.get(name) as number;
    if (Number.isNaN(x)) throw bad(`${name} must be a value of ${describe(dist)}, not ${show(given[name])}.`);
    design[a] = encoding.position(a, x);
  });
  return design;
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `predict: ${message}`);
}
