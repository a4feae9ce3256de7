import type { CellOrder } from './cell-order.ts';

/**
 * Finds the first free cell in an order without starting again from the beginning. A cell before the cursor is gone permanently
 * (tried or forbidden) or was skipped because a running trial had taken it. The result equals that of a search from the
 * beginning.
 */
export class CellSearch {
  readonly #order: CellOrder;
  #cursor = 0;
  #skipped: number[] = [];

  constructor(order: CellOrder) {
    this.#order = order;
  }

  /**
   * The first cell in the order that is neither gone nor taken, -1 when there is none.
   * @param end the number of positions of the order to search
   * @param isGone whether a cell can never be chosen again; it must not change back to false
   * @param isTaken whether a running trial has the cell; it may change at any time
   */
  next(end: number, isGone: (cell: number) => boolean, isTaken: (cell: number) => boolean): number {
    if (this.#skipped.some(isGone)) this.#skipped = this.#skipped.filter((cell) => !isGone(cell));
    for (const cell of this.#skipped) if (!isTaken(cell)) return cell;
    for (; this.#cursor < end; this.#cursor++) {
      const cell = this.#order(this.#cursor);
      if (isGone(cell)) continue;
      if (!isTaken(cell)) return cell;
      this.#skipped.push(cell);
    }
    return -1;
  }

  /** An independent copy. Cells that were gone for the original must be gone for the copy. */
  clone(): CellSearch {
    const copy = new CellSearch(this.#order);
    copy.#cursor = this.#cursor;
    copy.#skipped = [...this.#skipped];
    return copy;
  }
}
