import { FloatHeap } from './float-heap.ts';

/**
 * A quantile of a growing multiset. Two heaps meet at the quantile: an insertion costs O(log n), reading the quantile O(1). The order
 * of insertion does not matter.
 *
 * The definition is numpy's default, method 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996): linear
 * interpolation between the two order statistics next to (n - 1) q. Rounding follows `numpy.nanquantile`, so results are
 * bit-identical. As in numpy, the result can be NaN if a neighbour is infinite, even if its weight is 0.
 *
 * @example
 * const median = new RunningQuantile(0.5);
 * for (const value of [3, 1, 2, 10]) median.insert(value);
 * median.value; // 2.5
 */
export class RunningQuantile {
  readonly q: number;
  /** The numbers up to the lower neighbour, negated, so that the largest of them is on top. */
  #lower = new FloatHeap();
  #upper = new FloatHeap();

  /**
   * @param q the quantile, from 0 (minimum) to 1 (maximum)
   * @throws RangeError if `q` is outside [0, 1]
   */
  constructor(q: number) {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`RunningQuantile: q must be a number from 0 to 1, not ${q}.`);
    this.q = q;
  }

  /** Number of inserted numbers, without NaN. */
  get size(): number {
    return this.#lower.size + this.#upper.size;
  }

  /** The quantile, or NaN if nothing was inserted. */
  get value(): number {
    const n = this.size;
    const at = (n - 1) * this.q;
    const a = -this.#lower.min;
    const b = at >= n - 1 ? a : this.#upper.min;
    const t = at - Math.floor(at);
    // numpy's lerp starts at the nearer end, which makes it monotone and exact at both ends.
    return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
  }

  /** Adds a number. NaN is ignored, as in `nanquantile`. */
  insert(value: number): void {
    if (Number.isNaN(value)) return;
    if (value <= -this.#lower.min) this.#lower.push(-value);
    else this.#upper.push(value);
    const lower = Math.floor((this.size - 1) * this.q) + 1;
    while (this.#lower.size < lower) this.#lower.push(-this.#upper.pop());
    while (this.#lower.size > lower) this.#upper.push(-this.#lower.pop());
  }

  /** An independent copy. */
  clone(): RunningQuantile {
    const copy = new RunningQuantile(this.q);
    copy.#lower = this.#lower.clone();
    copy.#upper = this.#upper.clone();
    return copy;
  }
}
