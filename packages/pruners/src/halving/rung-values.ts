import { RankedNumbers } from '@asktell/numerics';
import type { Measurements } from '../rules/measurements.ts';

/** Stored values of finished trials by rung. They do not depend on the order of the trials. */
export class RungValues {
  readonly #rungs: RankedNumbers[] = [];

  /** Adds the values of a finished trial at all rungs that it has reached. */
  absorb(seen: Measurements, row: number): void {
    for (let rung = 0; ; rung++) {
      const value = seen.rungValue(row, rung);
      if (Number.isNaN(value)) return;
      let values = this.#rungs[rung];
      if (values === undefined) {
        values = new RankedNumbers();
        this.#rungs[rung] = values;
      }
      values.insert(value);
    }
  }

  /** The values at a rung, or `undefined` if no finished trial has reached it. */
  at(rung: number): RankedNumbers | undefined {
    return this.#rungs[rung];
  }

  /** An independent copy. */
  clone(): RungValues {
    const copy = new RungValues();
    for (const values of this.#rungs) copy.#rungs.push(values.clone());
    return copy;
  }
}
