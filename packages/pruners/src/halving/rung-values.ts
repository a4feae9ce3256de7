import type { TrialHistory } from '@asktell/core';
import { RankedNumbers } from '@asktell/numerics';

/** The attribute in which Optuna's successive halving stores the value of a trial at a rung. */
export function rungKey(rung: number): string {
  return `completed_rung_${rung}`;
}

/** The stored value of a trial at a rung, or NaN if the trial has not reached it. */
export function rungValue(history: TrialHistory, row: number, rung: number): number {
  const stored = history.attribute(row, rungKey(rung));
  return typeof stored === 'number' ? stored : Number.NaN;
}

/** Stored values of finished trials by rung. They do not depend on the order of the trials. */
export class RungValues {
  readonly #rungs: RankedNumbers[] = [];

  /** Adds the values of a finished trial at all rungs that it has reached. */
  absorb(history: TrialHistory, row: number): void {
    for (let rung = 0; ; rung++) {
      const value = rungValue(history, row, rung);
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
