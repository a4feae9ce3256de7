/**
 * What lies between each point and the reference, made finite and harmless for products: negative offsets, scaled by powers of two
 * to at most 1 per objective, 0 where a point is no better than the reference. Which subset has the largest hypervolume does not
 * depend on such a scale. An infinite value is put one finite range outside the finite values of its objective.
 *
 * @param points row-major rows of m
 * @param order which rows, in which order
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
    const scale = 2 ** -Math.max(-1022, Math.min(1023, Math.ceil(Math.log2(largest || 1))));
    for (let at = objective; at < offsets.length; at += m) offsets[at] = (offsets[at] as number) * scale;
  }
  return offsets;
}

/** The number, or a stand-in if it is infinite. */
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
