import type { CellOrder } from './cell-order.ts';

/**
 * Finds the first free cell in an order without looking at the same cells again and again: cells before the cursor are gone
 * for ever (tried or forbidden), or among the holes, which were taken by running trials when the cursor passed. The result is
 * that of a search from the beginning.
 */
export class CellSearch {
  readonly #order: CellOrder;
  #cursor = 0;
  #holes: number[] = [];

  constructor(order: CellOrder) {
    this.#order = order;
  }

  /**
   * The first cell in the order that is neither gone nor taken, -1 when there is none.
   * @param end how many positions of the order to look at
   * @param isGone whether a cell can never be chosen again; what is gone once must stay so
   * @param isTaken whether a running trial has it, which may not last
   */
  next(end: number, isGone: (cell: number) => boolean, isTaken: (cell: number) => boolean): number {
    if (this.#holes.some(isGone)) this.#holes = this.#holes.filter((cell) => !isGone(cell));
    for (const cell of this.#holes) if (!isTaken(cell)) return cell;
    for (; this.#cursor < end; this.#cursor++) {
      const cell = this.#order(this.#cursor);
      if (isGone(cell)) continue;
      if (!isTaken(cell)) return cell;
      this.#holes.push(cell);
    }
    return -1;
  }

  /** An independent copy, valid wherever everything that was gone for this one is gone. */
  clone(): CellSearch {
    const copy = new CellSearch(this.#order);
    copy.#cursor = this.#cursor;
    copy.#holes = [...this.#holes];
    return copy;
  }
}
