/**
 * Bandwidths by the neighbour rule of Bergstra et al. (2011, §4.2) in the variant of Optuna 5. A bandwidth is the larger of the
 * distances to the next observation below and above, where the ends of the interval count as neighbours. With two or more
 * observations, the outermost ones use only the distance to their inner neighbour. The result is clipped to [floor, 1].
 * @param positions in the unit interval
 * @param order scratch of the same length
 * @param out receives one bandwidth per observation
 */
export function neighbourSigmas(positions: Float64Array, floor: number, order: Int32Array, out: Float64Array): void {
  const m = positions.length;
  sortByPosition(positions, order);
  for (let k = 0; k < m; k++) {
    const i = order[k] as number;
    const here = positions[i] as number;
    const below = here - (k === 0 ? 0 : (positions[order[k - 1] as number] as number));
    const above = (k === m - 1 ? 1 : (positions[order[k + 1] as number] as number)) - here;
    let sigma = Math.max(below, above);
    if (m >= 2 && k === 0) sigma = above;
    else if (m >= 2 && k === m - 1) sigma = below;
    out[i] = Math.min(Math.max(sigma, floor), 1);
  }
}

/** Stable. Insertion sort is faster than the built-in sort for short arrays. */
function sortByPosition(positions: Float64Array, order: Int32Array): void {
  const m = positions.length;
  for (let i = 0; i < m; i++) order[i] = i;
  if (m > 128) {
    order.sort((a, b) => (positions[a] as number) - (positions[b] as number) || a - b);
    return;
  }
  for (let k = 1; k < m; k++) {
    const i = order[k] as number;
    const here = positions[i] as number;
    let at = k;
    for (; at > 0 && (positions[order[at - 1] as number] as number) > here; at--) order[at] = order[at - 1] as number;
    order[at] = i;
  }
}
