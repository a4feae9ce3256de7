const longest = 1;
const first = 0.8;
const shortest = 2 ** -7;

/**
 * The side of a trust region. It is doubled after three successes in a row, halved after max(3, d/3) failures in a row,
 * and reset when it is too short (Eriksson et al., Scalable global optimization via local Bayesian optimization, 2019).
 */
export class TrustBox {
  readonly #dimensions: number;
  #length = first;
  #successes = 0;
  #failures = 0;

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
  }

  get length(): number {
    return this.#length;
  }

  /** Takes note of a finished trial inside the region. */
  finish(improved: boolean): void {
    if (improved) {
      this.#successes++;
      this.#failures = 0;
    } else {
      this.#failures++;
      this.#successes = 0;
    }
    if (this.#successes >= 3) {
      this.#length = Math.min(longest, 2 * this.#length);
      this.#successes = 0;
    }
    if (this.#failures >= Math.max(3, Math.ceil(this.#dimensions / 3))) {
      this.#length /= 2;
      this.#failures = 0;
      if (this.#length < shortest) this.#length = first;
    }
  }

  clone(): TrustBox {
    const copy = new TrustBox(this.#dimensions);
    copy.#length = this.#length;
    copy.#successes = this.#successes;
    copy.#failures = this.#failures;
    return copy;
  }
}
