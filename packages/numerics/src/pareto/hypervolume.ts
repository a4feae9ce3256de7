import { UnionVolume } from './union-volume.ts';

/**
 * Hypervolume of a set of points: the volume of the region that the points dominate, bounded by the reference. Objectives are
 * minimised. The result is exact up to rounding, and Infinity if the volume is infinite, for example with a point at −Infinity.
 *
 * Points that are not better than the reference in every objective add nothing. Dominated and duplicate points are allowed. NaN is not
 * allowed.
 *
 * The cost is O(n log n) for two and three objectives, O(n² log n) for four, and exponential in the number of objectives for more.
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
  const volume = new UnionVolume(count, m).measure(inside, count);
  // NaN is the difference of two volumes that overflow.
  return Number.isNaN(volume) ? Infinity : volume;
}
