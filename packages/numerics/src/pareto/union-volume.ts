import { Staircase } from './staircase.ts';

/**
 * The volume of a union of boxes that share the corner 0: box i reaches from row i of `points`, all of whose coordinates are
 * negative, to the origin. Holds the buffers, so that measuring many small sets allocates nothing.
 *
 * Two objectives: a sweep. Three: a sweep along the third over a staircase of the other two, O(n log n) (Beume et al. 2009,
 * doi:10.1109/TEVC.2009.2015575). More: sweep along the last one; the slab that point i adds is its exclusive volume, in one dimension less, over
 * the points before it, and an exclusive volume is that of its box less that of the other boxes cut down to it (While, Bradstreet,
 * Barone 2012, doi:10.1109/TEVC.2010.2077298, eq. 6 and 7, with slicing). Four objectives cost O(n² log n).
 */
export class VolumeMeter {
  readonly #m: number;
  readonly #stairs = new Staircase(0, 0);
  /** By number of objectives: the rows in sweep order, and the boxes cut down to one of them. */
  readonly #orders: Int32Array[] = [];
  readonly #cuts: Float64Array[] = [];

  /** @param n the largest number of points; `m`: the number of objectives */
  constructor(n: number, m: number) {
    this.#m = m;
    for (let depth = 2; depth <= m; depth++) {
      this.#orders[depth] = new Int32Array(n);
      this.#cuts[depth] = new Float64Array(depth > 3 ? n * (depth - 1) : 0);
    }
  }

  /** @param points n × m, row-major, all negative and finite */
  measure(points: Float64Array, n: number): number {
    return this.#volume(points, n, this.#m);
  }

  #volume(points: Float64Array, n: number, m: number): number {
    if (n === 0) return 0;
    if (n === 1) return boxVolume(points, 0, m, m);
    if (m === 1) return -points.subarray(0, n).reduce((a, b) => Math.min(a, b));
    const order = this.#sweep(points, n, m);
    if (m === 2) return planeVolume(points, order);
    if (m === 3) return this.#spaceVolume(points, order);
    const cuts = this.#cuts[m] as Float64Array;
    let volume = 0;
    for (let at = 0; at < n; at++) {
      const row = order[at] as number;
      const kept = cutDown(points, order, at, m, cuts);
      const exclusive = boxVolume(points, row, m, m - 1) - this.#volume(cuts, kept, m - 1);
      volume -= exclusive * (points[row * m + m - 1] as number);
    }
    return volume;
  }

  #spaceVolume(points: Float64Array, order: Int32Array): number {
    this.#stairs.clear();
    let volume = 0;
    for (let at = 0; at < order.length; at++) {
      const row = 3 * (order[at] as number);
      volume -= this.#stairs.insert(points[row] as number, points[row + 1] as number) * (points[row + 2] as number);
    }
    return volume;
  }

  /** Rows by their last coordinate, ascending. */
  #sweep(points: Float64Array, n: number, m: number): Int32Array {
    const order = (this.#orders[m] as Int32Array).subarray(0, n);
    for (let i = 0; i < n; i++) order[i] = i;
    if (n > 24) return order.sort((a, b) => (points[(a + 1) * m - 1] as number) - (points[(b + 1) * m - 1] as number));
    for (let i = 1; i < n; i++) {
      const key = points[(i + 1) * m - 1] as number;
      let j = i - 1;
      for (; j >= 0 && (points[((order[j] as number) + 1) * m - 1] as number) > key; j--)
        order[j + 1] = order[j] as number;
      order[j + 1] = i;
    }
    return order;
  }
}

/** Volume of one box in its first `dims` of `m` coordinates. */
function boxVolume(points: Float64Array, row: number, m: number, dims: number): number {
  let volume = 1;
  for (let i = row * m; i < row * m + dims; i++) volume *= -(points[i] as number);
  return volume;
}

function planeVolume(points: Float64Array, order: Int32Array): number {
  let lowest = 0;
  let volume = 0;
  for (let at = 0; at < order.length; at++) {
    const row = 2 * (order[at] as number);
    const x = points[row] as number;
    if (x >= lowest) continue;
    volume += (x - lowest) * (points[row + 1] as number);
    lowest = x;
  }
  return volume;
}

/**
 * The boxes of the points swept before `order[at]`, cut down to its own, without their last coordinate. Leaves out those that
 * lie inside another, where the next step would not do so faster.
 * @returns how many were written to `cuts`
 */
function cutDown(points: Float64Array, order: Int32Array, at: number, m: number, cuts: Float64Array): number {
  const own = (order[at] as number) * m;
  const dims = m - 1;
  let kept = 0;
  for (let before = at - 1; before >= 0; before--) {
    const other = (order[before] as number) * m;
    const target = kept * dims;
    for (let i = 0; i < dims; i++) cuts[target + i] = Math.max(points[own + i] as number, points[other + i] as number);
    if (dims === 3) kept++;
    else kept = withoutInner(cuts, kept, dims);
  }
  return kept;
}

/** Keeps row `last` unless an earlier row dominates it, and drops earlier rows that it dominates. */
function withoutInner(rows: Float64Array, last: number, dims: number): number {
  let kept = 0;
  for (let row = 0; row < last; row++) {
    let [better, worse] = [false, false];
    for (let i = 0; i < dims && !(better && worse); i++) {
      const difference = (rows[row * dims + i] as number) - (rows[last * dims + i] as number);
      if (difference < 0) better = true;
      else if (difference > 0) worse = true;
    }
    if (!worse) return last;
    if (!better) continue;
    if (kept !== row) rows.copyWithin(kept * dims, row * dims, (row + 1) * dims);
    kept++;
  }
  if (kept !== last) rows.copyWithin(kept * dims, last * dims, (last + 1) * dims);
  return kept + 1;
}
