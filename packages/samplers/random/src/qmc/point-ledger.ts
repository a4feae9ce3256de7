/**
 * The used points of a sequence. Points are used almost in order, so the ledger stores only the first index after all used
 * points, and the few unused indices before it. Those belong to running trials or were returned by lost ones.
 */
export class PointLedger {
  /** Unused indices before `#end`. Ascending, because indices are inserted in ascending order. */
  readonly #gaps: Set<number>;
  #end: number;

  constructor(gaps: Iterable<number> = [], end = 0) {
    this.#gaps = new Set(gaps);
    this.#end = end;
  }

  /**
   * Marks a point as used.
   * @param isUsable whether a skipped point can be proposed later; points that cannot are dropped
   */
  markUsed(index: number, isUsable: (index: number) => boolean): void {
    for (; this.#end < index; this.#end++) if (isUsable(this.#end)) this.#gaps.add(this.#end);
    if (this.#end === index) this.#end++;
    else this.#gaps.delete(index);
  }

  /** Yields all indices that are neither used nor in `taken`, ascending. Never ends. */
  *unused(taken: ReadonlySet<number>): Generator<number, never> {
    for (const index of this.#gaps) if (!taken.has(index)) yield index;
    for (let index = this.#end; ; index++) if (!taken.has(index)) yield index;
  }

  clone(): PointLedger {
    return new PointLedger(this.#gaps, this.#end);
  }
}
