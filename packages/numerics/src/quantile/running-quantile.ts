import { FloatHeap } from './float-heap.ts';

/**
 * One quantile of a growing multiset: two heaps that meet at the quantile, so that an insertion costs O(log n) at any size
 * and the quantile O(1), where a sorted array would move half its bytes for each insertion. The order of insertion
 * does not matter.
 *
 * The quantile is numpy's default, method 7 of Hyndman and Fan, Sample Quantiles in Statistical Packages (1996):
 * linear between the two order statistics next to (n - 1) q, rounded as `numpy.nanquantile` does, so that equal input gives
 * equal bits. Like numpy it answers NaN where an infinity takes part in the interpolation: as either neighbour, even with weight zero.
 *
 * @example
 * const median = new RunningQuantile(0.5);
 * for (const value of [3, 1, 2, 10]) median.insert(value);
 * median.value; // 2.5
 */
export class RunningQuantile {
  readonly q: number;
  /** The smallest numbers up to the lower neighbour, negated: the largest of them is on top. */
  #lower = new FloatHeap();
  #upper = new FloatHeap();

  /**
   * @param q which quantile, from 0 (minimum) to 1 (maximum)
   * @throws RangeError when `q` lies outside [0, 1]
   */
  constructor(q: number) {
    if (!(q >= 0 && q <= 1)) throw new RangeError(`q must lie in [0, 1], not ${q}.`);
    this.q = q;
  }

  /** How many numbers it holds. */
  get size(): number {
    return this.#lower.size + this.#upper.size;
  }

  /** The quantile, NaN when it is empty. */
  get value(): number {
    const n = this.size;
    const at = (n - 1) * this.q;
    const a = -this.#lower.min;
    const b = at >= n - 1 ? a : this.#upper.min;
    const t = at - Math.floor(at);
    // numpy's lerp: from the nearer end, which makes it monotone and exact at both.
    return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
  }

  /** Adds a number; NaN is left out, as by `nanquantile`. */
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
