import { boundedOffsets } from './bounded-offsets.ts';
import { lexicographicOrder } from './lexicographic-order.ts';
import { UnionVolume } from './union-volume.ts';

/**
 * Greedy hypervolume subset selection. Selects k times the point that adds most to the hypervolume of the selected points. The result
 * reaches at least 1 − 1/e of the hypervolume of the best subset (Guerreiro, Fonseca, Paquete 2016, doi:10.1162/EVCO_a_00188).
 * Objectives are minimised.
 *
 * Ties go to the lexicographically smaller point, then to the smaller index, so the order of the rows does not matter. Points that add
 * nothing come last, in the same order. Infinite values are moved to one range outside the finite values of their objective, so that
 * their points remain comparable. NaN is not allowed.
 *
 * With two objectives the cost is O(n log n + k n). With more objectives, earlier gains are used as upper bounds, because gains never
 * increase. Only a point with the largest bound is evaluated again.
 *
 * @param points n × m, row-major, usually one front
 * @param reference m numbers
 * @param k number of points to select, at most n
 * @returns indices in the order of selection
 * @example hypervolumeSubset(Float64Array.of(0, 3, 1, 1, 3, 0), 3, 2, [4, 4], 1); // 1
 */
export function hypervolumeSubset(
  points: Float64Array,
  n: number,
  m: number,
  reference: ArrayLike<number>,
  k: number,
): Int32Array {
  const order = lexicographicOrder(points, n, m);
  const offsets = boundedOffsets(points, order, m, reference);
  const count = Math.min(k, n);
  const chosen = m === 2 ? chooseInPlane(offsets, n, count) : chooseLazily(offsets, n, m, count);
  return chosen.map((at) => order[at] as number);
}

/** The gain of a point is the rectangle between the point and its selected neighbours. A selection only moves edges of rectangles. */
function chooseInPlane(offsets: Float64Array, n: number, k: number): Int32Array {
  const right = new Float64Array(n);
  const top = new Float64Array(n);
  const taken = new Uint8Array(n);
  const chosen = new Int32Array(k);
  for (let round = 0; round < k; round++) {
    let [best, most] = [-1, -1];
    for (let i = 0; i < n; i++) {
      if (taken[i] === 1) continue;
      const width = (right[i] as number) - (offsets[2 * i] as number);
      const height = (top[i] as number) - (offsets[2 * i + 1] as number);
      // Both can be negative if a selected point dominates this one.
      const gain = width > 0 && height > 0 ? width * height : 0;
      if (gain > most) [best, most] = [i, gain];
    }
    chosen[round] = best;
    taken[best] = 1;
    const [x, y] = [offsets[2 * best] as number, offsets[2 * best + 1] as number];
    for (let i = 0; i < best; i++) if ((right[i] as number) > x) right[i] = x;
    for (let i = best + 1; i < n; i++) if ((top[i] as number) > y) top[i] = y;
  }
  return chosen;
}

function chooseLazily(offsets: Float64Array, n: number, m: number, k: number): Int32Array {
  const union = new UnionVolume(k, m);
  const clipped = new Float64Array(k * m);
  const chosen = new Int32Array(k);
  const box = Float64Array.from({ length: n }, (_, i) => overlap(offsets, m, i, i));
  const bound = Float64Array.from(box);
  /** The round in which a bound was last computed exactly. */
  const measured = new Int32Array(n);
  for (let round = 0; round < k; round++) {
    const last = chosen[round - 1];
    // The gain relative to the newest point alone is a cheap bound.
    for (let i = 0; i < n && last !== undefined; i++) {
      const alone = (box[i] as number) - overlap(offsets, m, i, last);
      if (alone < (bound[i] as number)) bound[i] = alone;
    }
    let best = argmax(bound);
    while (measured[best] !== round) {
      const covered = union.measure(clipped, clipBoxes(offsets, m, best, chosen, round, clipped));
      // Rounding must neither raise a bound nor make it negative, which marks selected points.
      bound[best] = Math.max(0, Math.min(bound[best] as number, (box[best] as number) - covered));
      measured[best] = round;
      best = argmax(bound);
    }
    chosen[round] = best;
    bound[best] = -1;
  }
  return chosen;
}

/**
 * Writes the selected boxes, clipped to the box of `row`, to `clipped`. Boxes without volume are left out.
 * @returns the number of boxes written
 */
function clipBoxes(
  offsets: Float64Array,
  m: number,
  row: number,
  chosen: Int32Array,
  size: number,
  clipped: Float64Array,
): number {
  let kept = 0;
  for (let at = 0; at < size; at++) {
    const other = (chosen[at] as number) * m;
    let flat = false;
    for (let i = 0; i < m; i++) {
      const edge = Math.max(offsets[row * m + i] as number, offsets[other + i] as number);
      clipped[kept * m + i] = edge;
      if (edge === 0) flat = true;
    }
    if (!flat) kept++;
  }
  return kept;
}

/** Volume of the intersection of two boxes. */
function overlap(offsets: Float64Array, m: number, a: number, b: number): number {
  let volume = 1;
  for (let i = 0; i < m; i++) volume *= -Math.max(offsets[a * m + i] as number, offsets[b * m + i] as number);
  return volume;
}

/** Index of the largest value, the first one among equals. */
function argmax(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
