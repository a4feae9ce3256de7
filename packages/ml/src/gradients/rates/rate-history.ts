const capacity = 256;

/** Learning rates of a training, as plain JSON. `rates[group][i]` was used in step `steps[i]`; steps count from 1. */
export interface RateHistory {
  readonly steps: readonly number[];
  readonly rates: { readonly [group: string]: readonly number[] };
}

/**
 * Records the rates in a fixed amount of memory: at most 256 steps at equal distances. When the memory is full, every
 * second record is dropped, and the distance doubles.
 */
export class RateRecorder {
  readonly #groups: readonly string[];
  readonly #rates: Float64Array;
  #distance = 1;
  #count = 0;

  constructor(groups: readonly string[]) {
    this.#groups = groups;
    this.#rates = new Float64Array(capacity * groups.length);
  }

  /** Whether the rates of this step are to be recorded. */
  wants(step: number): boolean {
    return (step - 1) % this.#distance === 0;
  }

  /** Makes room for the rates of one more step. */
  open(): void {
    if (this.#count === capacity) {
      const width = this.#groups.length;
      for (let i = 1; 2 * i < capacity; i++) this.#rates.copyWithin(i * width, 2 * i * width, (2 * i + 1) * width);
      this.#count = capacity / 2;
      this.#distance *= 2;
    }
    this.#count++;
  }

  /** Records the rate of a group in the step that was opened last. */
  set(group: number, rate: number): void {
    this.#rates[(this.#count - 1) * this.#groups.length + group] = rate;
  }

  history(): RateHistory {
    const width = this.#groups.length;
    const rows = Array.from({ length: this.#count }, (_, i) => i);
    return {
      steps: rows.map((i) => 1 + i * this.#distance),
      rates: Object.fromEntries(
        this.#groups.map((name, g) => [name, rows.map((i) => this.#rates[i * width + g] as number)]),
      ),
    };
  }
}
