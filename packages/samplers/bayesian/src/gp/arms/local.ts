import { addPending, type Ask, incumbentOf } from '../ask.ts';
import type { Observation } from '../data/observations.ts';
import { halfRankTargets } from '../data/targets.ts';
import { type FitRequest, fitProcess, processFor } from '../model/fit.ts';
import type { Found } from '../search/climb.ts';
import { boxAround } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import { valuesOf } from '../state.ts';
import { improvement } from './arm.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

/** Observations of a local model: so many per axis, and more, as long as they are near. */
const least = 10;
const leastPerAxis = 2;
const most = 80;

/**
 * Expected improvement in the surroundings of the best point, by a model of these alone, with parameters of its own: what is far away or far worse does not
 * decide about its lengthscales.
 */
export function localArm(ask: Ask, where: Surroundings = surroundings(ask)): readonly Found[] {
  const { state, domain, rng } = ask;
  const { encoding, recipe, deterministic } = state;
  const { halves, nearest, distances } = where;
  const enough = leastPerAxis * encoding.axes.length + least;
  const data = nearest.filter((_, k) => k < enough || (k < most && (distances[k] as number) <= 1));
  const { columns, numeric, columnOf } = encoding;
  const points = new Float64Array(data.length * columns);
  data.forEach(({ point }, k) => {
    points.set(point, k * columns);
  });
  // Weights are judged in units of the box.
  const shifts = new Float64Array(columns);
  columnOf.forEach((column, a) => {
    if (column < numeric) shifts[column] = 2 * Math.log(2 * (halves[a] as number));
  });
  const request: FitRequest = {
    numeric,
    categorical: columns - numeric,
    points,
    targets: halfRankTargets(valuesOf(data)),
    variances: null,
    shifts,
    start: null,
    index: 1,
    rules: {
      penalty: recipe.penalty,
      learnNoise: !deterministic,
      noiseFloor: recipe.noiseFloor,
      coldEvery: 0,
      maxIterations: 20,
    },
  };
  const process = processFor(request);
  fitProcess(process, request);
  const observed = incumbentOf(process, data as readonly Observation[], recipe['localIncumbent'] === 'posterior');
  const incumbent = addPending(process, ask.pending, observed);
  const inside = boxAround(domain, ask.best[0] as Float64Array, halves);
  return maximise(improvement(ask, process, incumbent), inside, ask.best, recipe.localEffort, rng);
}
