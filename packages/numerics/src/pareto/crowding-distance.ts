/**
 * Crowding distance of each point of one front (Deb et al. 2002, doi:10.1109/4235.996017, section III-B). It is the sum over the
 * objectives of the gap between the two neighbours of a point, divided by the range. The first and the last point of an objective
 * have distance Infinity.
 *
 * An objective in which all points are equal is ignored. As in Optuna, infinite values do not contribute to the range, and equal
 * infinities have gap 0. Equal values are ordered by row index. NaN is not allowed.
 *
 * @param points n × m, row-major
 * @returns n distances
 * @example crowdingDistance(Float64Array.of(0, 2, 1, 1, 2, 0), 3, 2); // Infinity, 2, Infinity
 */
export function crowdingDistance(points: Float64Array, n: number, m: number): Float64Array {
  const distances = new Float64Array(n);
  const order = new Int32Array(n);
  for (let objective = 0; objective < m; objective++) {
    const value = (at: number): number => points[(order[at] as number) * m + objective] as number;
    for (let i = 0; i < n; i++) order[i] = i;
    order.sort((a, b) => {
      const [x, y] = [points[a * m + objective] as number, points[b * m + objective] as number];
      return x === y ? a - b : x < y ? -1 : 1;
    });
    if (n === 0 || value(0) === value(n - 1)) continue;
    const width = finiteRange(value, n) || 1;
    for (let at = 0; at < n; at++) {
      const below = at > 0 ? value(at - 1) : -Infinity;
      const above = at < n - 1 ? value(at + 1) : Infinity;
      const row = order[at] as number;
      if (below !== above) distances[row] = (distances[row] as number) + (above - below) / width;
    }
  }
  return distances;
}

/** Difference of the largest and the smallest finite value, 0 if there is none. */
function finiteRange(sorted: (at: number) => number, n: number): number {
  let low = 0;
  let high = n - 1;
  while (low < high && sorted(low) === -Infinity) low++;
  while (low < high && sorted(high) === Infinity) high--;
  const range = sorted(high) - sorted(low);
  return Number.isFinite(range) ? range : 0;
}
