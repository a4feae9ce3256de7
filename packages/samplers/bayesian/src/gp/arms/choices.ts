import type { Ask } from '../ask.ts';
import { type Domain, isFree } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import type { Steps } from '../steps.ts';
import { improvement, type Suggestion } from './arm.ts';
import { globalArm } from './global.ts';

/**
 * Expected improvement among points with other choices than the best one. As long as numbers can be improved, that is where the
 * largest improvement is expected, and the other arms repeat the choices of the best point.
 */
export function* choicesArm(ask: Ask): Steps<Suggestion> {
  const { state, domain, rng } = ask;
  const { encoding, recipe } = state;
  const best = ask.best[0] as Float64Array;
  const free = encoding.axes.flatMap(({ kind }, a) =>
    kind === 'choice' && isFree(domain, a) && encoding.isActive(a, best) ? [a] : [],
  );
  if (free.length === 0) return yield* globalArm(ask);
  const objective = yield* ask.objective();
  const acquisition = yield* improvement(ask, objective.process, objective.incumbent);
  const { accepts } = domain;
  const elsewhere: Domain = {
    ...domain,
    accepts: (design, start) =>
      free.some((a) => design[start + a] !== best[a]) && (accepts === null || accepts(design, start)),
  };
  const found = yield* maximise(acquisition, elsewhere, ask.best, recipe.effort, rng);
  return { found, predictors: [objective] };
}
