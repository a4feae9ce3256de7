import type { ArdKernel } from '@asktell/numerics';
import type { Ask } from '../ask.ts';
import type { Found } from '../search/climb.ts';
import { boxAround } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import { improvement } from './arm.ts';

/** How far the sides of a trust region differ from each other. */
const mostRatio = 8;

/**
 * Expected improvement in a trust region around the best point, by the model of the whole space. Sides are in proportion to the lengthscales (Eriksson
 * et al., Scalable global optimization via local Bayesian optimization, 2019).
 */
export function trustArm(ask: Ask): readonly Found[] {
  const { state, domain, rng } = ask;
  const { encoding, box, recipe } = state;
  const { process, incumbent } = ask.objective;
  const { weights } = process.kernel as ArdKernel;
  let mean = 0;
  for (let j = 0; j < encoding.numeric; j++) mean -= (0.5 * Math.log(weights[j] as number)) / encoding.numeric;
  const halves = Float64Array.from(encoding.columnOf, (column) => {
    const ratio = Math.exp(-0.5 * Math.log(weights[column] as number) - mean);
    return 0.5 * box.length * Math.min(mostRatio, Math.max(1 / mostRatio, ratio));
  });
  const inside = boxAround(domain, ask.best[0] as Float64Array, halves);
  return maximise(improvement(ask, process, incumbent), inside, ask.best, recipe.effort, rng);
}
