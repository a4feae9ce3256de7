import type { TrialHistory } from '@asktell/core';
import { RankedNumbers } from '@asktell/numerics';

/** The attribute in which Optuna's successive halving stores what a trial reported when it reached a rung. */
export function rungKey(rung: number): string {
  return `completed_rung_${rung}`;
}

/** What a trial stored at a rung, NaN when it has not reached it. */
export function rungValue(history: TrialHistory, row: number, rung: number): number {
  const stored = history.attribute(row, rungKey(rung));
  return typeof stored === 'number' ? stored : Number.NaN;
}

/** What finished trials stored at each rung. It does not depend on their order. */
export class RungValues {
  readonly #rungs: RankedNumbers[] = [];

  /** Adds all rungs that a finished trial has reached. */
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

  /** The values at a rung, `undefined` when no finished trial has reached it. */
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
