/** Below or at this tier a result has a value that can be compared. */
const measured = 1;

/** How good a result is: a lower tier comes first, within it a lower first key, then a lower second one. */
export interface Outcome {
  readonly tier: number;
  readonly first: number;
  readonly second: number;
}

/** Below 0 when a is better, 0 when they are equal. No key is NaN. */
export function compareOutcomes(a: Outcome, b: Outcome): number {
  return a.tier - b.tier || compare(a.first, b.first) || compare(a.second, b.second);
}

/**
 * Results since the last update, up to a generation's number: raw coordinates, choices and outcomes, in the order in which they came.
 */
export class ResultBuffer {
  readonly n: number;
  readonly variables: number;
  readonly capacity: number;
  count: number = 0;
  readonly raw: Float64Array;
  readonly choices: Int32Array;
  readonly late: Uint8Array;
  readonly tier: Uint8Array;
  readonly first: Float64Array;
  readonly second: Float64Array;

  constructor(n: number, variables: number, capacity: number) {
    this.n = n;
    this.variables = variables;
    this.capacity = capacity;
    this.raw = new Float64Array(capacity * n);
    this.choices = new Int32Array(capacity * variables);
    this.late = new Uint8Array(capacity);
    this.tier = new Uint8Array(capacity);
    this.first = new Float64Array(capacity);
    this.second = new Float64Array(capacity);
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** The first key of the first result, Infinity when it was not measured. Of the best one, once it is ranked. */
  get best(): number {
    return (this.tier[0] as number) <= measured ? (this.first[0] as number) : Number.POSITIVE_INFINITY;
  }

  push(raw: Float64Array, choices: Int32Array, { tier, first, second }: Outcome, late: boolean): void {
    const k = this.count++;
    this.raw.set(raw, k * this.n);
    this.choices.set(choices, k * this.variables);
    this.late[k] = late ? 1 : 0;
    this.tier[k] = tier;
    this.first[k] = first;
    this.second[k] = second;
  }

  /** Copies the full buffer to `out`, best first, equal ones in the order of arrival; `tied[i]` = 1: as good as the one before. */
  ranked(out: ResultBuffer, tied: Uint8Array): void {
    const order = Array.from({ length: this.capacity }, (_, k) => k).sort((a, b) => this.#compare(a, b));
    const { n, variables } = this;
    for (const [k, from] of order.entries()) {
      for (let i = 0; i < n; i++) out.raw[k * n + i] = this.raw[from * n + i] as number;
      for (let i = 0; i < variables; i++) out.choices[k * variables + i] = this.choices[from * variables + i] as number;
      out.late[k] = this.late[from] as number;
      out.tier[k] = this.tier[from] as number;
      out.first[k] = this.first[from] as number;
      out.second[k] = this.second[from] as number;
      tied[k] = k > 0 && this.#compare(order[k - 1] as number, from) === 0 ? 1 : 0;
    }
  }

  #compare(a: number, b: number): number {
    return (
      (this.tier[a] as number) - (this.tier[b] as number) ||
      compare(this.first[a] as number, this.first[b] as number) ||
      compare(this.second[a] as number, this.second[b] as number)
    );
  }

  clone(): ResultBuffer {
    const copy = new ResultBuffer(this.n, this.variables, this.capacity);
    copy.count = this.count;
    copy.raw.set(this.raw);
    copy.choices.set(this.choices);
    copy.late.set(this.late);
    copy.tier.set(this.tier);
    copy.first.set(this.first);
    copy.second.set(this.second);
    return copy;
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
