import { compareMerit, type Merit } from '../outcome/merit.ts';

/** A buffer of results in the order of arrival: raw coordinates, choices and merits. */
export class ResultBuffer {
  readonly n: number;
  readonly variables: number;
  readonly capacity: number;
  count: number = 0;
  readonly raw: Float64Array;
  readonly choices: Int32Array;
  readonly late: Uint8Array;
  readonly merits: Merit[] = [];

  constructor(n: number, variables: number, capacity: number) {
    this.n = n;
    this.variables = variables;
    this.capacity = capacity;
    this.raw = new Float64Array(capacity * n);
    this.choices = new Int32Array(capacity * variables);
    this.late = new Uint8Array(capacity);
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  push(raw: Float64Array, choices: Int32Array, merit: Merit, late: boolean): void {
    this.#set(this.count++, raw, choices, merit, late);
  }

  #set(k: number, raw: Float64Array, choices: Int32Array, merit: Merit, late: boolean): void {
    this.raw.set(raw, k * this.n);
    this.choices.set(choices, k * this.variables);
    this.late[k] = late ? 1 : 0;
    this.merits[k] = merit;
  }

  /** Adds a result. A full buffer replaces its worst result if the new one is better. */
  pushIfBetter(raw: Float64Array, choices: Int32Array, merit: Merit, late: boolean): void {
    if (!this.isFull) {
      this.push(raw, choices, merit, late);
      return;
    }
    const worst = this.#order().at(-1);
    if (worst !== undefined && compareMerit(merit, this.merits[worst] as Merit) < 0)
      this.#set(worst, raw, choices, merit, late);
  }

  /**
   * Replaces the worst results of this full buffer by results of another one that are better than the median.
   * @param others a buffer of at most half the capacity
   */
  replaceWorst(others: ResultBuffer): void {
    if (others.count === 0) return;
    const { n, variables } = this;
    const order = this.#order();
    const median = this.merits[order[(this.capacity >> 1) - 1] as number] as Merit;
    for (const k of others.#order()) {
      const merit = others.merits[k] as Merit;
      if (compareMerit(merit, median) >= 0) return;
      const raw = others.raw.subarray(k * n, (k + 1) * n);
      const choices = others.choices.subarray(k * variables, (k + 1) * variables);
      this.#set(order.pop() as number, raw, choices, merit, others.late[k] === 1);
    }
  }

  /**
   * Copies the full buffer to `out`, best first. Equally good results stay in the order of arrival.
   * @param tied overwritten; tied[i] = 1: the result of rank i is as good as the one before it
   */
  ranked(out: ResultBuffer, tied: Uint8Array): void {
    const order = this.#order();
    const { n, variables } = this;
    for (const [k, from] of order.entries()) {
      for (let i = 0; i < n; i++) out.raw[k * n + i] = this.raw[from * n + i] as number;
      for (let i = 0; i < variables; i++) out.choices[k * variables + i] = this.choices[from * variables + i] as number;
      out.late[k] = this.late[from] as number;
      out.merits[k] = this.merits[from] as Merit;
      tied[k] = k > 0 && this.#compare(order[k - 1] as number, from) === 0 ? 1 : 0;
    }
  }

  /** Indices of the results, best first. Equally good results stay in the order of arrival. */
  #order(): number[] {
    return Array.from({ length: this.count }, (_, k) => k).sort((a, b) => this.#compare(a, b));
  }

  #compare(a: number, b: number): number {
    return compareMerit(this.merits[a] as Merit, this.merits[b] as Merit);
  }

  clone(): ResultBuffer {
    const copy = new ResultBuffer(this.n, this.variables, this.capacity);
    copy.count = this.count;
    copy.raw.set(this.raw);
    copy.choices.set(this.choices);
    copy.late.set(this.late);
    copy.merits.push(...this.merits);
    return copy;
  }
}
