/**
 * Points in the same cell share what is looked up for it.
 * @param codes points of `d` codes, one after the other
 * @param axes the axes with cells
 * @returns by point, then axis of `axes`: the first point in the same cell; and how many different cells there are in all
 */
export function sharedCells(
  codes: Float64Array,
  d: number,
  axes: readonly number[],
  count: number,
): { readonly first: Int32Array; readonly rows: number } {
  const first = new Int32Array(count * axes.length);
  let rows = 0;
  for (let k = 0; k < axes.length; k++) {
    const j = axes[k] as number;
    for (let c = 0; c < count; c++) {
      let earlier = 0;
      while (codes[earlier * d + j] !== codes[c * d + j]) earlier++;
      first[c * axes.length + k] = earlier;
      if (earlier === c) rows++;
    }
  }
  return { first, rows };
}
