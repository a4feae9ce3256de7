import type { CellOrder } from './cell-order.ts';
import type { CellSet } from './cell-set.ts';
import type { Grid } from './grid.ts';

/**
 * Finds the first free cell in an order without looking at the same cells again and again: cells before the cursor are tried
 * (which is for ever), forbidden, or among the holes, which were taken by running trials when the cursor passed. The result is that of
 * a search from the beginning.
 */
export class Search {
  readonly #order: CellOrder;
  #cursor = 0;
  #holes: number[] = [];

  constructor(order: CellOrder) {
    this.#order = order;
  }

  /** The first cell in the order that is neither tried nor taken nor forbidden, -1 when there is none. */
  next(grid: Grid, tried: CellSet, taken: ReadonlySet<number>): number {
    if (this.#holes.some((cell) => tried.has(cell))) this.#holes = this.#holes.filter((cell) => !tried.has(cell));
    for (const cell of this.#holes) if (!taken.has(cell)) return cell;
    for (; this.#cursor < grid.total; this.#cursor++) {
      const cell = this.#order(this.#cursor);
      if (tried.has(cell) || !grid.allows(cell)) continue;
      if (!taken.has(cell)) return cell;
      this.#holes.push(cell);
    }
    return -1;
  }

  /** An independent copy, valid for every set that contains the tried cells of this one. */
  clone(): Search {
    const copy = new Search(this.#order);
    copy.#cursor = this.#cursor;
    copy.#holes = [...this.#holes];
    return copy;
  }
}
