import { normalQuantile } from '@asktell/numerics';
import { log1p } from '@asktell/numerics/elementary';

/*
 * Targets of models from observed values. Values are minimised. They may be infinite and as large as numbers get.
 */

/** Standardised values z: the values are y = centre + scale · z. */
export interface Targets {
  readonly z: Float64Array;
  readonly centre: number;
  readonly scale: number;
}

/** Mean 0 and deviation 1; all 0 if the values are equal. */
export function standardised(values: Float64Array): Targets {
  const n = values.length;
  const largest = largestOf(values);
  if (largest === 0) return { z: values, centre: 0, scale: 1 };
  const z = values.map((value) => value / largest);
  let mean = 0;
  for (const value of z) mean += value / n;
  let variance = 0;
  for (const value of z) variance += (value - mean) ** 2 / n;
  // Below is rounding: all values are equal.
  const isConstant = variance < 1e-28;
  const deviation = isConstant ? 1 : Math.sqrt(variance);
  return {
    z: z.map((value) => (isConstant ? 0 : (value - mean) / deviation)),
    centre: mean * largest,
    scale: deviation * largest,
  };
}

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Infinite values become the largest and the smallest finite one, all of them 0 if there is none. */
export function withoutInfinities(values: Float64Array): Float64Array {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return new Float64Array(values.length);
  return values.map((value) => Math.min(high, Math.max(low, value)));
}

export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const upper = sorted[n >> 1] as number;
  return n % 2 === 1 ? upper : 0.5 * (sorted[(n >> 1) - 1] as number) + 0.5 * upper;
}

/**
 * Targets of a model of the whole space: values are capped at median + spreads · (median - best), so that a cliff does
 * not determine the scale, then standardised.
 *
 * @param uncapped values up to this one are not capped
 */
export function cappedTargets(
  values: Float64Array,
  spreads: number,
  uncapped: number = Number.NEGATIVE_INFINITY,
): Targets {
  const finite = withoutInfinities(values);
  // In units of the largest value nothing overflows.
  const largest = largestOf(finite);
  if (largest === 0) return standardised(finite);
  const shares = finite.map((value) => value / largest);
  let best = Number.POSITIVE_INFINITY;
  for (const share of shares) best = Math.min(best, share);
  const unit = median(shares) - best;
  if (unit === 0) return standardised(finite);
  const cap = Math.max(best + (1 + spreads) * unit, uncapped / largest);
  const { z, centre, scale } = standardised(shares.map((share) => Math.min(cap, share)));
  return { z, centre: centre * largest, scale: scale * largest };
}

/**
 * Targets of a model of a small region: values worse than the median become normal quantiles of their ranks with the
 * spread of the better half, then all are standardised (half-rank warping; Song et al., The Vizier Gaussian process
 * bandit algorithm, 2024). `centre` and `scale` hold for the better half.
 */
export function halfRankTargets(values: Float64Array): Targets {
  const first = standardised(withoutInfinities(values));
  const { z } = first;
  const middle = median(z);
  let square = 0;
  let better = 0;
  for (const value of z) {
    if (value > middle) continue;
    square += (value - middle) ** 2;
    better++;
  }
  const spread = Math.sqrt(square / better);
  if (spread === 0) return first;
  const worstFirst = [...new Set(z.filter((value) => value > middle))].sort((a, b) => b - a);
  const ranks = new Map(worstFirst.map((value, k) => [value, k + 0.5]));
  const count = worstFirst.length + (z.includes(middle) ? 0.5 : 0);
  const warped = z.map((value) => {
    const rank = ranks.get(value);
    return rank === undefined ? value : middle - spread * normalQuantile((0.5 * rank) / count);
  });
  const second = standardised(warped);
  return {
    z: second.z,
    centre: first.centre + first.scale * second.centre,
    scale: first.scale * second.scale,
  };
}

/**
 * Targets of a model of a constraint, feasible up to 0: in units of the median absolute value, larger ones compressed
 * to a logarithm, which keeps the sign (Eriksson and Poloczek, Scalable constrained Bayesian optimization, 2021), then
 * standardised. The border of the feasible region is at z = -centre / scale.
 */
export function constraintTargets(values: Float64Array): Targets {
  const finite = withoutInfinities(values);
  const unit = median(finite.map(Math.abs));
  const compressed = finite.map((value) => {
    const ratio = Math.min(Number.MAX_VALUE, Math.abs(value) / (unit > 0 ? unit : 1));
    return Math.sign(value) * log1p(ratio);
  });
  return standardised(compressed);
}

/** Larger variances would add nothing: such an observation already counts as almost unknown. */
const mostVariance = 1e6;

/** Noise variances in units of targets with this scale, from standard errors in units of the values. */
export function scaledVariances(errors: readonly (number | null)[], scale: number): Float64Array {
  return Float64Array.from(errors, (error) => (error === null ? 0 : Math.min(mostVariance, (error / scale) ** 2)));
}

/**
 * The same for standard errors that may be estimates from a few measurements: some of them are far too small by chance, and
 * a lucky value with a small error would count as certain. Each variance is the mean of its own and that of all, as in
 * moderated statistics (Smyth, Linear models and empirical Bayes methods, 2004, with equal degrees of freedom). Equal errors
 * stay as they are.
 */
export function moderatedVariances(errors: readonly (number | null)[], scale: number): Float64Array {
  const told = errors.filter((error) => error !== null);
  const usual = told.reduce((sum, error) => sum + (error / scale) ** 2 / told.length, 0);
  return Float64Array.from(errors, (error) =>
    error === null ? 0 : Math.min(mostVariance, ((error / scale) ** 2 + usual) / 2),
  );
}
