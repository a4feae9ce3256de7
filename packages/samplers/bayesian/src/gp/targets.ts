import { normalQuantile } from '@asktell/numerics';

/*
 * How observed values become targets of a model. Values are to be minimised and may be infinite or as large as numbers get.
 */

/** Mean 0 and deviation 1 of what is given; 0 where all are equal. In place. */
export function standardise(values: Float64Array): void {
  const n = values.length;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return;
  let mean = 0;
  for (let i = 0; i < n; i++) {
    values[i] = (values[i] as number) / largest;
    mean += (values[i] as number) / n;
  }
  let square = 0;
  for (let i = 0; i < n; i++) {
    values[i] = (values[i] as number) - mean;
    square += (values[i] as number) ** 2 / n;
  }
  // Rounding alone: all are equal.
  const deviation = square > 1e-28 ? Math.sqrt(square) : Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) values[i] = (values[i] as number) / deviation;
}

/** Infinite values become the largest and the smallest finite one; all 0 if there is none. In place. */
export function clipInfinite(values: Float64Array): void {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) {
    values.fill(0);
    return;
  }
  for (let i = 0; i < values.length; i++) values[i] = Math.min(high, Math.max(low, values[i] as number));
}

export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const upper = sorted[n >> 1] as number;
  return n % 2 === 1 ? upper : 0.5 * (sorted[(n >> 1) - 1] as number) + 0.5 * upper;
}

/**
 * Targets of a global model: bad values are capped at median + spreads · (median - best), so that a cliff does not decide the scale, then
 * standardised. In place.
 */
export function cappedTargets(values: Float64Array, spreads: number): void {
  clipInfinite(values);
  let best = Number.POSITIVE_INFINITY;
  for (const value of values) best = Math.min(best, value);
  const middle = median(values);
  if (middle > best && spreads < Number.POSITIVE_INFINITY) {
    const cap = middle + spreads * (middle - best);
    for (let i = 0; i < values.length; i++) values[i] = Math.min(cap, values[i] as number);
  }
  standardise(values);
}

/**
 * Targets of a local model: values worse than the median become normal quantiles of their ranks, scaled by the spread of the better half
 * (Song et al., The Vizier Gaussian process bandit algorithm, 2024, half-rank warping), then standardised. In place.
 */
export function halfRankTargets(values: Float64Array): void {
  clipInfinite(values);
  const n = values.length;
  const middle = median(values);
  let square = 0;
  let better = 0;
  for (const value of values)
    if (value <= middle) {
      square += (value - middle) ** 2;
      better++;
    }
  const spread = Math.sqrt(square / better);
  if (spread > 0 && spread < Number.POSITIVE_INFINITY) {
    const worse = [...new Set(values.filter((value) => value > middle))].sort((a, b) => b - a);
    const ranks = new Map(worse.map((value, rank) => [value, rank + 1]));
    const count = worse.length + (values.includes(middle) ? 0.5 : 0);
    for (let i = 0; i < n; i++) {
      const rank = ranks.get(values[i] as number);
      if (rank !== undefined) values[i] = middle - spread * normalQuantile((0.5 * (rank - 0.5)) / count);
    }
  }
  standardise(values);
}
