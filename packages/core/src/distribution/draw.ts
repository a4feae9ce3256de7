import { exp, log } from '@asktell/numerics/elementary';
import type { Rng } from '../rng/rng.ts';
import { cardinality, nthInternal, toExternal } from './convert.ts';
import type { Distribution, Scalar } from './distribution.ts';

/**
 * Maps u in [0, 1] to an internal value. A uniform u gives a uniform draw: on the log scale for log ranges, with equal shares
 * for the values of a finite distribution. A value k of a log int has the share of [k - 1/2, k + 1/2] on the log scale, as in
 * Optuna. The inverse of {@link toUnit} up to rounding.
 */
export function fromUnit(dist: Distribution, u: number): number {
  if (dist.kind !== 'categorical' && isLogScaled(dist)) {
    if (dist.kind === 'int') {
      const value = Math.round(exp(lerp(log(dist.low - 0.5), log(dist.high + 0.5), u)));
      return clamp(value, dist.low, dist.high);
    }
    return clamp(exp(lerp(log(dist.low), log(dist.high), u)), dist.low, dist.high);
  }
  if (dist.kind === 'float' && dist.step === null) return clamp(lerp(dist.low, dist.high, u), dist.low, dist.high) + 0;
  const n = cardinality(dist);
  return nthInternal(dist, Math.min(Math.floor(u * n), n - 1));
}

/** Maps an internal value to [0, 1]. A value of a finite distribution maps to the middle of its share. */
export function toUnit(dist: Distribution, x: number): number {
  if (dist.kind === 'categorical') return (x + 0.5) / dist.choices.length;
  if (dist.low === dist.high) return 0.5;
  if (isLogScaled(dist)) {
    const half = dist.kind === 'int' ? 0.5 : 0;
    const low = log(dist.low - half);
    return clamp((log(x) - low) / (log(dist.high + half) - low), 0, 1);
  }
  if (dist.step === null) return clamp((x - dist.low) / (dist.high - dist.low), 0, 1);
  return clamp(((x - dist.low) / dist.step + 0.5) / cardinality(dist), 0, 1);
}

/** One uniform draw (see {@link fromUnit}) as an internal value. Takes exactly one number from the stream. */
export function drawInternal(dist: Distribution, rng: Rng): number {
  return fromUnit(dist, rng.float());
}

/** One uniform draw as an external value. */
export function drawUniform(dist: Distribution, rng: Rng): Scalar {
  return toExternal(dist, drawInternal(dist, rng));
}

/**
 * Whether the values of a range are scaled logarithmically. A range with `log` that is so narrow that logarithms hardly
 * distinguish its values is treated as linear, from which the logarithm differs by less than 1e-10 of the width.
 */
export function isLogScaled(dist: Distribution): boolean {
  return dist.kind !== 'categorical' && dist.log && dist.high - dist.low > 1e-10 * dist.low;
}

function lerp(low: number, high: number, u: number): number {
  return low + u * (high - low);
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(Math.max(x, low), high);
}
