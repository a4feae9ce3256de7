/**
 * Which points of a sequence are spent. Points are spent nearly in order, so it remembers the first point beyond all spent ones and the few
 * before it that are not: those that others are trying, or had to give back.
 */
export class PointLedger {
  /** Ascending, because insertion order is. */
  readonly #open: Set<number>;
  #end: number;

  constructor(open: Iterable<number> = [], end = 0) {
    this.#open = new Set(open);
    this.#end = end;
  }

  /** @param isUsable whether a point that was passed over can be used at all; others are forgotten */
  spend(index: number, isUsable: (index: number) => boolean): void {
    for (; this.#end < index; this.#end++) if (isUsable(this.#end)) this.#open.add(this.#end);
    if (this.#end === index) this.#end++;
    else this.#open.delete(index);
  }

  /** All points that are neither spent nor taken, ascending, without end. */
  *fresh(taken: ReadonlySet<number>): Generator<number, never> {
    for (const index of this.#open) if (!taken.has(index)) yield index;
    for (let index = this.#end; ; index++) if (!taken.has(index)) yield index;
  }

  clone(): PointLedger {
    return new PointLedger(this.#open, this.#end);
  }
}
