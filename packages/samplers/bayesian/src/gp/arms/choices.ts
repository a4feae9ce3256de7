import { log } from '@asktell/numerics/elementary';
import { LogProbabilityBelow } from '../acquisition/probability.ts';
import type { Ask } from '../ask.ts';
import { type Domain, isFree } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import type { GpState } from '../state.ts';
import type { Steps } from '../steps.ts';
import { improvement, type Suggestion } from './arm.ts';

/** A turn is only worthwhile if its proposal improves with at least this probability. */
const leastProbability = 0.01;

const nothing: Suggestion = { found: [], predictors: [] };

/**
 * Expected improvement among points with a choice other than that of the best point, if that choice was tried at most d + 1
 * times. As long as numbers can be improved, the largest improvement is expected with the choices of the best point, and
 * the other arms repeat them. This arm has no suggestion where other choices are well known or hopeless.
 */
export function* choicesArm(ask: Ask): Steps<Suggestion> {
  const { state, domain, rng } = ask;
  const { encoding, recipe } = state;
  const best = ask.best[0] as Float64Array;
  const few = encoding.axes.length + 1;
  const unknown = encoding.axes.flatMap(({ kind, cells }, a) => {
    if (kind !== 'choice' || !isFree(domain, a) || !encoding.isActive(a, best)) return [];
    const isUnknown = timesTried(state, a, cells).map((times, choice) => (times <= few && choice !== best[a] ? 1 : 0));
    return isUnknown.includes(1) ? [{ a, isUnknown }] : [];
  });
  if (unknown.length === 0) return nothing;
  const objective = yield* ask.objective();
  const { process, incumbent } = objective;
  const acquisition = yield* improvement(ask, process, incumbent);
  const { accepts } = domain;
  const elsewhere: Domain = {
    ...domain,
    accepts: (design, start) =>
      unknown.some(({ a, isUnknown }) => isUnknown[design[start + a] as number] === 1) &&
      (accepts === null || accepts(design, start)),
  };
  const found = yield* maximise(acquisition, elsewhere, ask.best, recipe.effort, rng);
  const top = found[0];
  if (top !== undefined && incumbent !== null) {
    const point = new Float64Array(encoding.columns);
    encoding.toColumns(top.design, 0, point, 0);
    const chance = new Float64Array(1);
    new LogProbabilityBelow(process, incumbent, 0).values(point, 1, chance);
    if ((chance[0] as number) < log(leastProbability)) return nothing;
  }
  return { found, predictors: [objective] };
}

/** By choice of an axis: the number of observations that have it. */
function timesTried({ encoding, valued }: GpState, a: number, cells: number): Int32Array {
  const times = new Int32Array(cells);
  const column = encoding.columnOf[a] as number;
  for (const { point } of valued) {
    const choice = point[column] as number;
    if (choice >= 0) times[choice] = (times[choice] as number) + 1;
  }
  return times;
}
