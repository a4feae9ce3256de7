import { compareMerit, type Merit } from '../outcome/merit.ts';

/**
 * Results since the last update, up to a generation's number: raw coordinates, choices and merits, in the order in which they came.
 */
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

  /**
   * Takes a result if there is room, or in the place of the worst one if it is better.
   */
  pushBetter(raw: Float64Array, choices: Int32Array, merit: Merit, late: boolean): void {
    if (!this.isFull) {
      this.push(raw, choices, merit, late);
      return;
    }
    const worst = this.#order().at(-1);
    if (worst !== undefined && compareMerit(merit, this.merits[worst] as Merit) < 0)
      this.#set(worst, raw, choices, merit, late);
  }

  /**
   * Lets results of another buffer in that are better than the middle of this full one, in the places of the worst.
   * @param others at most half as many
   */
  admit(others: ResultBuffer): void {
    if (others.count === 0) return;
    const { n, variables } = this;
    const order = this.#order();
    const middle = this.merits[order[(this.capacity >> 1) - 1] as number] as Merit;
    for (const k of others.#order()) {
      const merit = others.merits[k] as Merit;
      if (compareMerit(merit, middle) >= 0) return;
      const raw = others.raw.subarray(k * n, (k + 1) * n);
      const choices = others.choices.subarray(k * variables, (k + 1) * variables);
      this.#set(order.pop() as number, raw, choices, merit, others.late[k] === 1);
    }
  }

  /** Copies the full buffer to `out`, best first, equal ones in the order of arrival; `tied[i]` = 1: as good as the one before. */
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

  /** Places of the results, best first, equal ones in the order of arrival. */
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
