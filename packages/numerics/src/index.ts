export { type KernelProblem, type KernelShape, KernelSums, type KernelSumsOptions } from './kernel-sums/kernel-sums.ts';
export { choleskyInPlace } from './linear-algebra/cholesky.ts';
export { CholeskyFactor } from './linear-algebra/cholesky-factor.ts';
export { SymmetricEigen } from './linear-algebra/symmetric-eigen.ts';
export {
  solveLower,
  solveLowerRows,
  solveLowerTransposed,
  solveLowerTransposedRows,
} from './linear-algebra/triangular-solve.ts';
export { type BrentOutcome, type BrentRules, brentMinimize } from './minimize/brent.ts';
export {
  Lbfgsb,
  type LbfgsbOutcome,
  type LbfgsbReason,
  type LbfgsbRules,
  type ObjectiveWithGradient,
} from './minimize/lbfgsb.ts';
export { crowdingDistance } from './pareto/crowding-distance.ts';
export { hypervolume } from './pareto/hypervolume.ts';
export { hypervolumeSubset } from './pareto/hypervolume-subset.ts';
export { nonDominatedRanks } from './pareto/non-dominated-ranks.ts';
export { RunningQuantile } from './quantile/running-quantile.ts';
export { type HaltonOptions, HaltonSequence } from './sequences/halton.ts';
export { type SobolOptions, SobolSequence } from './sequences/sobol.ts';
export { erf } from './special/erf.ts';
export { erfc } from './special/erfc.ts';
export { erfcx } from './special/erfcx.ts';
export { logNormalCdf } from './special/log-normal-cdf.ts';
export { logAddExp, logSumExp } from './special/log-sum-exp.ts';
export { normalCdf } from './special/normal-cdf.ts';
export { normalQuantile, normalQuantileFromLog } from './special/normal-quantile.ts';
export { truncatedNormalLogDensity } from './truncated-normal/log-density.ts';
export { logNormalMass } from './truncated-normal/log-mass.ts';
export { truncatedNormalQuantile } from './truncated-normal/quantile.ts';
