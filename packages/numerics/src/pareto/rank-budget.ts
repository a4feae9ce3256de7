/**
 * Tracks the last relevant front when only the best `limit` points need a rank. It is the first front at which the fronts up to it
 * contain `limit` points. Points are only added to fronts, so it never moves up.
 */
export class RankBudget {
  /** The last relevant front, Infinity until `limit` points have been added. */
  last: number = Infinity;
  readonly #limit: number;
  readonly #counts: number[] = [];
  /** Number of points in the fronts up to the last relevant one. */
  #ranked = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Records a point that was added to a relevant front. */
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
