import { VolumeMeter } from './volume-meter.ts';

/**
 * Hypervolume: the volume of what the points dominate and the reference bounds, every objective minimised. Exact but for rounding.
 * Points that are not better than the reference in every objective add nothing; dominated and equal points do no harm. Infinity if the volume is,
 * as with a point at −Infinity. NaN is not allowed.
 *
 * O(n log n) for two and three objectives, O(n² log n) for four, exponential in the number of objectives beyond.
 *
 * @param points n × m, row-major
 * @param reference m numbers
 * @example hypervolume(Float64Array.of(0, 1, 1, 0), 2, 2, [2, 2]); // 3
 */
export function hypervolume(points: Float64Array, n: number, m: number, reference: ArrayLike<number>): number {
  const inside = new Float64Array(n * m);
  let count = 0;
  for (let row = 0; row < n; row++) {
    let i = 0;
    while (i < m && (points[row * m + i] as number) < (reference[i] as number)) {
      inside[count * m + i] = (points[row * m + i] as number) - (reference[i] as number);
      i++;
    }
    if (i === m) count++;
  }
  if (inside.subarray(0, count * m).includes(-Infinity)) return Infinity;
  const volume = new VolumeMeter(count, m).measure(inside, count);
  // The difference of two volumes that overflow.
  return Number.isNaN(volume) ? Infinity : volume;
}
