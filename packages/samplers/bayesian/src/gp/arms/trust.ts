import type { ArdKernel, CategoryEffects } from '@asktell/numerics';
import { exp, log } from '@asktell/numerics/elementary';
import type { Ask } from '../ask.ts';
import { boxAround } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import type { Steps } from '../steps.ts';
import { improvement, type Suggestion } from './arm.ts';

/** Maximum ratio between a side of the trust region and their geometric mean. */
const mostRatio = 8;

/**
 * Expected improvement in a trust region around the best point, by the model of the whole space. The sides are
 * proportional to the lengthscales (Eriksson et al., Scalable global optimization via local Bayesian optimization,
 * 2019).
 */
export function* trustArm(ask: Ask): Steps<Suggestion> {
  const { state, domain, rng } = ask;
  const { encoding, box, recipe } = state;
  const objective = yield* ask.objective();
  const { process, nearIncumbent } = objective;
  const { weights } = process.kernel as ArdKernel | CategoryEffects;
  let mean = 0;
  for (let j = 0; j < encoding.numeric; j++) mean -= (0.5 * log(weights[j] as number)) / encoding.numeric;
  const halves = Float64Array.from(encoding.columnOf, (column) => {
    const ratio = exp(-0.5 * log(weights[column] as number) - mean);
    return 0.5 * box.length * Math.min(mostRatio, Math.max(1 / mostRatio, ratio));
  });
  const inside = boxAround(domain, ask.best[0] as Float64Array, halves);
  const acquisition = yield* improvement(ask, process, nearIncumbent);
  const found = yield* maximise(acquisition, inside, ask.best, recipe.effort, rng);
  return { found, predictors: [objective] };
}
