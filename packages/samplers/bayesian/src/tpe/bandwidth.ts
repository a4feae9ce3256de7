/**
 * Bandwidths by the neighbour rule of Bergstra et al. (2011, §4.2) as Optuna 5 has it: the larger of the distances to the next
 * observation below and above, the ends of the interval counting as neighbours; but with two observations or more the outermost
 * ones look inwards only. Clipped into [floor, 1].
 * @param places positions in the unit interval
 * @param order scratch of the same length
 */
export function neighbourSigmas(places: Float64Array, floor: number, order: Int32Array, out: Float64Array): void {
  const m = places.length;
  sortByPlace(places, order);
  for (let k = 0; k < m; k++) {
    const i = order[k] as number;
    const here = places[i] as number;
    const below = here - (k === 0 ? 0 : (places[order[k - 1] as number] as number));
    const above = (k === m - 1 ? 1 : (places[order[k + 1] as number] as number)) - here;
    let sigma = Math.max(below, above);
    if (m >= 2 && k === 0) sigma = above;
    else if (m >= 2 && k === m - 1) sigma = below;
    out[i] = Math.min(Math.max(sigma, floor), 1);
  }
}

/** Few: insertion sort, which is stable and fast on them; many: the engine's. */
function sortByPlace(places: Float64Array, order: Int32Array): void {
  const m = places.length;
  for (let i = 0; i < m; i++) order[i] = i;
  if (m > 128) {
    order.sort((a, b) => (places[a] as number) - (places[b] as number) || a - b);
    return;
  }
  for (let k = 1; k < m; k++) {
    const i = order[k] as number;
    const here = places[i] as number;
    let at = k;
    for (; at > 0 && (places[order[at - 1] as number] as number) > here; at--) order[at] = order[at - 1] as number;
    order[at] = i;
  }
}
