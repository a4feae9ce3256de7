import { log } from '@asktell/numerics/elementary';

/**
 * Weights and learning rates of CMA-ES. They depend only on dimension and population size. Equation numbers refer to Hansen, The
 * CMA Evolution Strategy: A Tutorial (arXiv:1604.00772).
 */
export interface Strategy {
  readonly n: number;
  /** Population size. */
  readonly lambda: number;
  /** Weights of the λ ranked points in the mean (eq. 53): sum 1, zero for the worse half. */
  readonly recombination: Float64Array;
  /** Weights of the λ ranked points in the covariance (eq. 53). Active updates have negative weights for the worse half. */
  readonly weights: Float64Array;
  /** Variance effective selection mass (eq. 8). */
  readonly muEff: number;
  /** Learning rates of the rank-one and the rank-μ update (eq. 57, 58). */
  readonly c1: number;
  readonly cMu: number;
  /** Cumulation and damping of the step size (eq. 55), cumulation of the rank-one update (eq. 56). */
  readonly cSigma: number;
  readonly dSigma: number;
  readonly cC: number;
  /** E‖N(0, I)‖ */
  readonly chiN: number;
}

/** Population size for d parameters: 4 + ⌊3 ln d⌋ (eq. 48). */
export function defaultPopulationSize(d: number): number {
  return 4 + Math.floor(3 * log(Math.max(d, 1)));
}

/** The part of a strategy that recombination needs. */
export type Recombination = Pick<Strategy, 'lambda' | 'recombination' | 'weights' | 'muEff'>;

/** Raw weights ln((λ + 1) / 2) - ln i (eq. 49), the first ⌊λ / 2⌋ of them normalised to sum 1. */
export function recombinationOf(lambda: number): Recombination {
  const mu = lambda >> 1;
  const recombination = new Float64Array(lambda);
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < mu; i++) {
    const w = rawWeight(lambda, i);
    recombination[i] = w;
    sum += w;
    squares += w * w;
  }
  for (let i = 0; i < mu; i++) recombination[i] = (recombination[i] as number) / sum;
  return { lambda, recombination, weights: recombination, muEff: (sum * sum) / squares };
}

function rawWeight(lambda: number, i: number): number {
  return log((lambda + 1) / 2) - log(i + 1);
}

/** Full covariance with active update, n dimensions (n ≥ 1), population size λ ≥ 2. */
export function fullStrategy(n: number, lambda: number): Strategy {
  const { recombination, muEff } = recombinationOf(lambda);
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  // 1e-8 leaves a positive weight for the old covariance in very large populations.
  const cMu = Math.min(1 - c1 - 1e-8, (2 * (muEff - 2 + 1 / muEff)) / ((n + 2) ** 2 + muEff));
  return {
    n,
    lambda,
    recombination,
    weights: activeWeights(n, lambda, recombination, muEff, c1, cMu),
    muEff,
    c1,
    cMu,
    ...stepSize(n, muEff, 5),
    cC: (4 + muEff / n) / (n + 4 + (2 * muEff) / n),
    chiN: expectedLength(n),
  };
}

/** Adds negative weights of the worse half. Their sum is bounded by eq. 50, 51 and 52. */
function activeWeights(
  n: number,
  lambda: number,
  recombination: Float64Array,
  muEff: number,
  c1: number,
  cMu: number,
): Float64Array {
  const weights = recombination.slice();
  let sum = 0;
  let squares = 0;
  let negative = 0;
  for (let i = lambda >> 1; i < lambda; i++) {
    const w = rawWeight(lambda, i);
    sum += w;
    squares += w * w;
    if (w < 0) negative -= w;
  }
  const muEffNegative = (sum * sum) / squares;
  const mass = Math.min(1 + c1 / cMu, 1 + (2 * muEffNegative) / (muEff + 2), (1 - c1 - cMu) / (n * cMu));
  // For odd λ the middle weight is 0.
  for (let i = lambda >> 1; i < lambda; i++) weights[i] = (mass / negative) * Math.min(rawWeight(lambda, i), 0);
  return weights;
}

/**
 * Separable CMA-ES: Ros & Hansen, A Simple Modification in CMA-ES Achieving Linear Time and Space Complexity (PPSN X, 2008). The
 * covariance is diagonal and learns (n + 2) / 3 times as fast.
 */
export function separableStrategy(n: number, lambda: number): Strategy {
  const mu = Math.max(1, lambda >> 1);
  const recombination = new Float64Array(lambda);
  let sum = 0;
  for (let i = 0; i < mu; i++) {
    recombination[i] = log(mu + 1) - log(i + 1);
    sum += recombination[i] as number;
  }
  let squares = 0;
  for (let i = 0; i < mu; i++) {
    recombination[i] = (recombination[i] as number) / sum;
    squares += (recombination[i] as number) ** 2;
  }
  const muEff = 1 / squares;
  const c1 = 2 / ((n + 1.3) ** 2 + muEff);
  const cMuFull =
    2 / muEff / (n + Math.SQRT2) ** 2 + (1 - 1 / muEff) * Math.min(1, (2 * muEff - 1) / ((n + 2) ** 2 + muEff));
  return {
    n,
    lambda,
    recombination,
    weights: recombination,
    muEff,
    c1,
    // In one or two dimensions with a large population the formula exceeds 1 - c1.
    cMu: Math.min(((n + 2) / 3) * cMuFull, 1 - c1),
    ...stepSize(n, muEff, 3),
    cC: 4 / (n + 4),
    chiN: expectedLength(n),
  };
}

function stepSize(n: number, muEff: number, offset: number): { readonly cSigma: number; readonly dSigma: number } {
  const cSigma = (muEff + 2) / (n + muEff + offset);
  return { cSigma, dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (n + 1)) - 1) + cSigma };
}

function expectedLength(n: number): number {
  return Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
}
