import { log } from '@asktell/numerics/elementary';
import type { Ask } from '../ask.ts';
import type { Observation } from '../data/observations.ts';
import { valuesOf } from '../data/ranking.ts';
import { halfRankTargets } from '../data/targets.ts';
import { conditionSafely, type FitRequest, processFor } from '../model/fit.ts';
import { addPending, incumbentOf, lowered } from '../model/incumbent.ts';
import { variancesOf } from '../model/models.ts';
import { boxAround } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import { fitted, type Steps } from '../steps.ts';
import { improvement, type Predictor, type Suggestion } from './arm.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

/** Minimum number of observations of a local model: a constant and a number per axis. */
const least = 10;
const leastPerAxis = 2;
/** Maximum number, as long as they are near. */
const most = 80;

/** A model of the observations near the best point. */
export interface LocalModel extends Predictor {
  readonly data: readonly Observation[];
}

/**
 * Fits a model to the surroundings of the best point. It has its own parameters, which observations that are far away or
 * much worse do not influence.
 */
export function* localModel({ state }: Ask, { halves, nearest, distances }: Surroundings): Steps<LocalModel> {
  const { encoding, recipe, deterministic } = state;
  const enough = leastPerAxis * encoding.axes.length + least;
  const data = nearest.filter((_, k) => k < enough || (k < most && (distances[k] as number) <= 1));
  const { columns, numeric, columnOf } = encoding;
  const points = new Float64Array(data.length * columns);
  data.forEach(({ point }, k) => {
    points.set(point, k * columns);
  });
  // The prior of the weights is in units of the box.
  const shifts = new Float64Array(columns);
  columnOf.forEach((column, a) => {
    if (column < numeric) shifts[column] = 2 * log(2 * (halves[a] as number));
  });
  const { z, centre, scale } = halfRankTargets(valuesOf(data));
  const request: FitRequest = {
    numeric,
    categorical: columns - numeric,
    effects: encoding.plainChoices,
    points,
    targets: z,
    variances: variancesOf(data, 0, scale),
    shifts,
    start: null,
    rules: { meanVariance: 0, learnNoise: !deterministic, noiseFloor: recipe.noiseFloor, maxIterations: 20 },
  };
  const process = processFor(request);
  conditionSafely(process, yield* fitted(request));
  return { process, centre, scale, data };
}

/** Expected improvement in the surroundings of the best point, by a model of the observations near it. */
export function* localArm(ask: Ask, where: Surroundings = surroundings(ask)): Steps<Suggestion> {
  const { domain, rng, state } = ask;
  const { process, centre, scale, data } = yield* localModel(ask, where);
  const own = incumbentOf(process, data, ask.isNoisy);
  const incumbent = lowered(own, addPending(process, ask.pending));
  const inside = boxAround(domain, ask.best[0] as Float64Array, where.halves);
  const acquisition = yield* improvement(ask, process, incumbent);
  const found = yield* maximise(acquisition, inside, ask.best, state.recipe.localEffort, rng);
  return { found, predictors: [{ process, centre, scale }] };
}
