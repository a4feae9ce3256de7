/**
 * Which fronts still matter when only the best `limit` points need a rank: the last front that does is the first at which the
 * fronts up to it hold `limit` points. Points only ever join fronts, so that it only ever moves down.
 */
export class RankBudget {
  /** The last front that matters; Infinity while the limit is out of sight. */
  last: number = Infinity;
  readonly #limit: number;
  readonly #counts: number[] = [];
  /** Points in the fronts up to the last that matters. */
  #ranked = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A point joined this front, one that matters. */
  add(front: number): void {
    this.#counts[front] = (this.#counts[front] ?? 0) + 1;
    this.#ranked++;
    if (this.#ranked < this.#limit) return;
    let last = Math.min(this.last, this.#counts.length - 1);
    while (last > 0 && this.#ranked - (this.#counts[last] as number) >= this.#limit) {
      this.#ranked -= this.#counts[last] as number;
      last--;
    }
    this.last = last;
  }
}
