import { log2 } from '../elementary/log.ts';
import { powerOfTwo } from '../elementary/powers-of-two.ts';

/**
 * Offsets of points from the reference, bounded so that products of them neither overflow nor become NaN. Offsets are negative, or 0
 * if a point is not better than the reference. Each objective is scaled by a power of two to at most 1, which does not change the
 * subset of largest hypervolume. An infinite value is moved to one range outside the finite values of its objective.
 *
 * @param points row-major, m numbers per row
 * @param order indices of the rows to use, in order
 * @returns one row of m offsets per index
 */
export function boundedOffsets(
  points: Float64Array,
  order: Int32Array,
  m: number,
  reference: ArrayLike<number>,
): Float64Array {
  const n = order.length;
  const offsets = new Float64Array(n * m);
  for (let objective = 0; objective < m; objective++) {
    const values = Float64Array.from(order, (row) => points[row * m + objective] as number);
    const { low, high } = finiteBounds(values);
    const range = high > low ? Math.min(high - low, Number.MAX_VALUE) : Math.abs(high) || 1;
    const [least, most] = [Math.max(low - range, -Number.MAX_VALUE), Math.min(high + range, Number.MAX_VALUE)];
    const bound = reference[objective] as number;
    const corner = finiteOr(bound, least, most);
    let largest = 0;
    for (let at = 0; at < n; at++) {
      const x = values[at] as number;
      const offset = Math.max(-Number.MAX_VALUE, Math.min(0, finiteOr(x, least, most) - corner));
      offsets[at * m + objective] = offset;
      if (-offset > largest) largest = -offset;
    }
    const scale = powerOfTwo(-Math.max(-1022, Math.min(1023, Math.ceil(log2(largest || 1)))));
    for (let at = objective; at < offsets.length; at += m) offsets[at] = (offsets[at] as number) * scale;
  }
  return offsets;
}

/** The number clamped to `least` or `most` if it is infinite. */
function finiteOr(x: number, least: number, most: number): number {
  if (x === Infinity) return most;
  return x === -Infinity ? least : x;
}

function finiteBounds(values: Float64Array): { readonly low: number; readonly high: number } {
  let [low, high] = [Infinity, -Infinity];
  for (const x of values) {
    if (!Number.isFinite(x)) continue;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return low > high ? { low: 0, high: 0 } : { low, high };
}
