import { log } from '@asktell/numerics/elementary';
import { LogProbabilityBelow } from '../acquisition/probability.ts';
import type { Ask } from '../ask.ts';
import { type Domain, isFree } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import type { Steps } from '../steps.ts';
import { improvement, type Suggestion } from './arm.ts';

/** A turn is only worthwhile if its proposal improves with at least this probability. */
const leastProbability = 0.01;

const nothing: Suggestion = { found: [], predictors: [] };

/**
 * Expected improvement among points with other choices than the best one. As long as numbers can be improved, that is where the
 * largest improvement is expected, and the other arms repeat the choices of the best point. It has no suggestion where other
 * choices are hopeless.
 */
export function* choicesArm(ask: Ask): Steps<Suggestion> {
  const { state, domain, rng } = ask;
  const { encoding, recipe } = state;
  const best = ask.best[0] as Float64Array;
  const free = encoding.axes.flatMap(({ kind }, a) =>
    kind === 'choice' && isFree(domain, a) && encoding.isActive(a, best) ? [a] : [],
  );
  if (free.length === 0) return nothing;
  const objective = yield* ask.objective();
  const { process, incumbent } = objective;
  const acquisition = yield* improvement(ask, process, incumbent);
  const { accepts } = domain;
  const elsewhere: Domain = {
    ...domain,
    accepts: (design, start) =>
      free.some((a) => design[start + a] !== best[a]) && (accepts === null || accepts(design, start)),
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
