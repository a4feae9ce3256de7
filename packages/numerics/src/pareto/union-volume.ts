import { Staircase } from './staircase.ts';

/**
 * The volume of a union of boxes that share a corner at the origin. Box i extends from row i of `points`, whose coordinates are all
 * negative, to the origin. The buffers are reused, so that measuring many small sets allocates nothing.
 *
 * - Two objectives: a sweep.
 * - Three objectives: a sweep along the third objective over a staircase of the other two, O(n log n) (Beume et al. 2009,
 *   doi:10.1109/TEVC.2009.2015575).
 * - More objectives: a sweep along the last objective. The slab added by a point is its exclusive volume, in one dimension less,
 *   relative to the points before it. An exclusive volume is the volume of the box minus the volume of the other boxes clipped to it
 *   (While, Bradstreet, Barone 2012, doi:10.1109/TEVC.2010.2077298, eq. 6 and 7, with slicing). O(n² log n) for four objectives.
 */
export class UnionVolume {
  readonly #m: number;
  readonly #stairs = new Staircase(0, 0);
  /** By number of objectives: rows in sweep order. */
  readonly #orders: Int32Array[] = [];
  /** By number of objectives: boxes clipped to one of them. */
  readonly #clipped: Float64Array[] = [];

  /**
   * @param n maximum number of points
   * @param m number of objectives
   */
  constructor(n: number, m: number) {
    this.#m = m;
    for (let depth = 2; depth <= m; depth++) {
      this.#orders[depth] = new Int32Array(n);
      this.#clipped[depth] = new Float64Array(depth > 3 ? n * (depth - 1) : 0);
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
    const clipped = this.#clipped[m] as Float64Array;
    let volume = 0;
    for (let at = 0; at < n; at++) {
      const row = order[at] as number;
      const kept = clipBoxes(points, order, at, m, clipped);
      const exclusive = boxVolume(points, row, m, m - 1) - this.#volume(clipped, kept, m - 1);
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

  /** Rows in ascending order of their last coordinate. */
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
 * Writes the boxes of the points before `order[at]`, clipped to its box and without their last coordinate, to `clipped`. Drops boxes
 * inside other boxes, except with three remaining coordinates, where the staircase does this faster.
 * @returns the number of boxes written
 */
function clipBoxes(points: Float64Array, order: Int32Array, at: number, m: number, clipped: Float64Array): number {
  const own = (order[at] as number) * m;
  const dims = m - 1;
  let kept = 0;
  for (let before = at - 1; before >= 0; before--) {
    const other = (order[before] as number) * m;
    const target = kept * dims;
    for (let i = 0; i < dims; i++)
      clipped[target + i] = Math.max(points[own + i] as number, points[other + i] as number);
    if (dims === 3) kept++;
    else kept = dropDominated(clipped, kept, dims);
  }
  return kept;
}

/**
 * Drops row `last` if an earlier row dominates it, else drops the earlier rows that it dominates.
 * @returns the number of remaining rows
 */
function dropDominated(rows: Float64Array, last: number, dims: number): number {
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
