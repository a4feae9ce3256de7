import { exp } from '../elementary/exp.ts';
import { log } from '../elementary/log.ts';
import type { GaussianProcess } from './model.ts';
import type { Penalty } from './penalty.ts';

/**
 * The negative log posterior density of the parameters of a Gaussian process, up to a constant, with its gradient. It is the negative log
 * marginal likelihood plus penalties (Rasmussen & Williams 2006, equations 2.30 and 5.9). An evaluation costs about n³ operations and
 * leaves the process conditioned on the evaluated parameters.
 */
export class PenalisedLikelihood {
  readonly process: GaussianProcess;
  readonly penalty: Penalty;
  readonly #logs: Float64Array;
  readonly #slopes: Float64Array;
  readonly #fit: Float64Array;

  /**
   * @param penalty for the parameters of the kernel, then for the noise variance
   * @throws RangeError if the penalty has another number of parameters
   */
  constructor(process: GaussianProcess, penalty: Penalty) {
    const count = process.kernel.parameters + 1;
    if (penalty.parameters !== count)
      throw new RangeError(
        `PenalisedLikelihood: penalty must have ${count} parameters like the process, not ${penalty.parameters}.`,
      );
    this.process = process;
    this.penalty = penalty;
    this.#logs = new Float64Array(count);
    this.#slopes = new Float64Array(count);
    this.#fit = new Float64Array(count);
  }

  /**
   * @param parameters all parameters of the process, or only the first ones; the others stay unchanged
   * @param gradient receives the derivatives by these parameters
   * @returns the value, Infinity if the covariance matrix is not positive definite
   */
  evaluate(parameters: Float64Array, gradient: Float64Array): number {
    const { process, penalty } = this;
    const { factor, alpha, targets, kernel, observations: n } = process;
    const jitter = process.condition(parameters);
    if (jitter === undefined) return Number.POSITIVE_INFINITY;
    const slopes = this.#slopes.fill(0);
    const fit = this.#fit.fill(0);
    const raw = kernel.parameters;
    const { noise } = process;
    this.#logs.set(process.parameters);
    this.#logs[raw] = log(noise);
    const cost = penalty.add(this.#logs, slopes);
    const { stride } = factor;
    const c = process.workMatrix;
    factor.invert();
    for (let i = 0; i < n; i++) {
      const row = i * stride;
      const ai = alpha[i] as number;
      for (let k = 0; k <= i; k++) c[row + k] = ai * (alpha[k] as number);
    }
    factor.subtractInverse(c, stride);
    // C = α αᵀ - (K + N)⁻¹; the derivative of the log-likelihood by θ is ½ Σ C_ij dK_ij/dθ.
    let trace = 0;
    let total = 0;
    for (let i = 0; i < n; i++) {
      const entry = c[i * (stride + 1)] as number;
      trace += entry;
      total += (targets[i] as number) * (alpha[i] as number) - 1;
      total -= (noise + jitter + (process.variances[i] as number)) * entry;
    }
    kernel.addMatrixGradient(process.points, c, stride, total, fit);
    // The noise parameter is the logarithm of the noise above its floor. The penalty uses the logarithm of the total noise.
    const above = exp(process.parameters[raw] as number);
    slopes[raw] = ((slopes[raw] as number) / noise) * above;
    fit[raw] = 0.5 * trace * above;
    for (let p = 0; p < parameters.length; p++) gradient[p] = (slopes[p] as number) - (fit[p] as number);
    return cost - process.logMarginalLikelihood();
  }
}
