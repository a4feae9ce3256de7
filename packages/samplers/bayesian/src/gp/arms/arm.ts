import type { GaussianProcess } from '@asktell/numerics';
import { type Acquisition, LogProduct, product } from '../acquisition/acquisition.ts';
import { LogExpectedImprovement } from '../acquisition/expected-improvement.ts';
import type { Ask } from '../ask.ts';

/** The improvement that a model expects, times the chances that a point is feasible; the chances alone while nothing feasible is known. */
export function improvement(ask: Ask, process: GaussianProcess, incumbent: number | null): Acquisition {
  if (incumbent === null) return new LogProduct(ask.chances);
  return product(new LogExpectedImprovement(process, incumbent), ask.chances);
}
