import type { GaussianProcess } from '@asktell/numerics';
import { type Acquisition, LogProduct, product } from '../acquisition/acquisition.ts';
import { LogExpectedImprovement } from '../acquisition/expected-improvement.ts';
import type { Ask } from '../ask.ts';
import type { Found } from '../search/climb.ts';
import type { Steps } from '../steps.ts';

/** A process that predicts centre + scale · z. */
export interface Predictor {
  readonly process: GaussianProcess;
  readonly centre: number;
  readonly scale: number;
}

/** What an arm suggests. */
export interface Suggestion {
  /** Designs that were not tried yet, the best first. Empty if the arm has none. */
  readonly found: readonly Found[];
  /** The models behind the suggestion, one per objective. Empty if there are none. */
  readonly predictors: readonly Predictor[];
}

/**
 * The improvement that a model expects, times the probability that a point is feasible. Only the latter without an
 * incumbent.
 */
export function* improvement(ask: Ask, process: GaussianProcess, incumbent: number | null): Steps<Acquisition> {
  const chances = yield* ask.chances();
  if (incumbent === null) return new LogProduct(chances);
  return product(new LogExpectedImprovement(process, incumbent), chances);
}
