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
    const k = this.count++;
    this.raw.set(raw, k * this.n);
    this.choices.set(choices, k * this.variables);
    this.late[k] = late ? 1 : 0;
    this.merits[k] = merit;
  }

  /** Copies the full buffer to `out`, best first, equal ones in the order of arrival; `tied[i]` = 1: as good as the one before. */
  ranked(out: ResultBuffer, tied: Uint8Array): void {
    const order = Array.from({ length: this.capacity }, (_, k) => k).sort((a, b) => this.#compare(a, b));
    const { n, variables } = this;
    for (const [k, from] of order.entries()) {
      for (let i = 0; i < n; i++) out.raw[k * n + i] = this.raw[from * n + i] as number;
      for (let i = 0; i < variables; i++) out.choices[k * variables + i] = this.choices[from * variables + i] as number;
      out.late[k] = this.late[from] as number;
      out.merits[k] = this.merits[from] as Merit;
      tied[k] = k > 0 && this.#compare(order[k - 1] as number, from) === 0 ? 1 : 0;
    }
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
