export { ArdKernel, type ColumnKinds } from './gaussian-process/ard-kernel.ts';
export { CategoryEffects } from './gaussian-process/category-effects.ts';
export type { Kernel } from './gaussian-process/kernel.ts';
export { leaveOneOutLogDensity } from './gaussian-process/leave-one-out.ts';
export { PenalisedLikelihood } from './gaussian-process/likelihood.ts';
export { logExpectedImprovement } from './gaussian-process/log-expected-improvement.ts';
export {
  type ArdFitChanges,
  ardFitRules,
  MapFit,
  type MapFitOutcome,
  type MapFitRules,
} from './gaussian-process/map-fit.ts';
export { GaussianProcess, type GaussianProcessOptions } from './gaussian-process/model.ts';
export {
  type ArdPenalty,
  lowNoisePenalty,
  optunaPenalty,
  Penalty,
  type PenaltyTerms,
} from './gaussian-process/penalty.ts';
export { PointColumns } from './gaussian-process/points.ts';
export { Posterior, type PosteriorGradient, posteriorGradient } from './gaussian-process/posterior.ts';
export { gaussian, matern52, type RadialProfile } from './gaussian-process/radial-profile.ts';
export type { KernelProblem, KernelShape } from './kernel-sums/kernel-problem.ts';
export { KernelSums, type KernelSumsOptions } from './kernel-sums/kernel-sums.ts';
export { choleskyInPlace } from './linear-algebra/cholesky.ts';
export { CholeskyFactor } from './linear-algebra/cholesky-factor.ts';
export { SymmetricEigen } from './linear-algebra/symmetric-eigen.ts';
export {
  solveLower,
  solveLowerRows,
  solveLowerTransposed,
  solveLowerTransposedRows,
} from './linear-algebra/triangular-solve.ts';
export { BoxModel } from './minimize/box-model.ts';
export { type BrentOutcome, type BrentRules, brentMinimize } from './minimize/brent.ts';
export { Curvature } from './minimize/curvature.ts';
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
export { RankedNumbers } from './quantile/ranked-numbers.ts';
export { RunningQuantile } from './quantile/running-quantile.ts';
export { type HaltonOptions, HaltonSequence } from './sequences/halton.ts';
export { type SobolOptions, SobolSequence } from './sequences/sobol.ts';
export { erf } from './special/erf.ts';
export { erfc } from './special/erfc.ts';
export { erfcx } from './special/erfcx.ts';
export { logNormalCdf } from './special/log-normal-cdf.ts';
export { logNormalCdfSlope } from './special/log-normal-cdf-slope.ts';
export { logAddExp, logSumExp } from './special/log-sum-exp.ts';
export { normalCdf } from './special/normal-cdf.ts';
export { normalQuantile, normalQuantileFromLog } from './special/normal-quantile.ts';
export { truncatedNormalLogDensity } from './truncated-normal/log-density.ts';
export { logNormalMass } from './truncated-normal/log-mass.ts';
export { truncatedNormalQuantile } from './truncated-normal/quantile.ts';
