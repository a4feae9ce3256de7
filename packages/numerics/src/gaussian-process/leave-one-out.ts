import { log } from '../elementary/log.ts';
import { dot } from '../linear-algebra/row-kernels.ts';
import type { GaussianProcess } from './model.ts';
import { requireConditioned } from './model.ts';

/**
 * The sum over the observations of log p(y_i | all other observations), without refitting (Rasmussen & Williams 2006, equations 5.10 to
 * 5.12). It measures how well the model predicts and is more sensitive to wrong assumptions than the marginal likelihood. The first call
 * after a factorisation costs n³/3 operations, further calls n².
 *
 * @param densities receives the terms, one per observation
 * @throws RangeError if the process is not conditioned
 */
export function leaveOneOutLogDensity(process: GaussianProcess, densities?: Float64Array): number {
  requireConditioned(process);
  const { factor, observations: n, alpha } = process;
  if (factor.inverse === null) factor.invert();
  const inverse = factor.inverse as Float64Array;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    // Row i of L⁻ᵀ: the diagonal entry of the inverse of K + N is the reciprocal of the predictive variance.
    const at = i * factor.stride + i;
    const precision = dot(inverse, at, inverse, at, n - i);
    const error = (alpha[i] as number) / precision;
    const density = 0.5 * (log(precision / (2 * Math.PI)) - error * error * precision);
    if (densities !== undefined) densities[i] = density;
    sum += density;
  }
  return sum;
}
