/** What became of an observed trial. */
export type Outcome = 'feasible' | 'infeasible' | 'pruned' | 'failed';

const outcomes: readonly Outcome[] = ['feasible', 'infeasible', 'pruned', 'failed'];

/** The trials that teach something, in finish order: points as columns of a model, values to be minimised. Append-only. */
export class Observations {
  readonly columns: number;
  readonly objectives: number;
  #size = 0;
  #points: Float64Array;
  #values: Float64Array;
  #outcomes: Uint8Array;
  #rows: Int32Array;

  constructor(columns: number, objectives: number, capacity = 16) {
    this.columns = columns;
    this.objectives = objectives;
    this.#points = new Float64Array(capacity * columns);
    this.#values = new Float64Array(capacity * objectives);
    this.#outcomes = new Uint8Array(capacity);
    this.#rows = new Int32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** One point after the other. Do not write. */
  get points(): Float64Array {
    return this.#points;
  }

  /** One value for each objective of each point. NaN for failed trials. Do not write. */
  get values(): Float64Array {
    return this.#values;
  }

  outcome(i: number): Outcome {
    return outcomes[this.#outcomes[i] as number] as Outcome;
  }

  /** Number of the trial. */
  row(i: number): number {
    return this.#rows[i] as number;
  }

  push(point: Float64Array, values: ArrayLike<number>, outcome: Outcome, row: number): void {
    const n = this.#size;
    if (n === this.#outcomes.length) this.#grow(2 * n);
    this.#points.set(point, n * this.columns);
    this.#values.set(values, n * this.objectives);
    this.#outcomes[n] = outcomes.indexOf(outcome);
    this.#rows[n] = row;
    this.#size = n + 1;
  }

  #grow(capacity: number): void {
    this.#points = widened(this.#points, capacity * this.columns);
    this.#values = widened(this.#values, capacity * this.objectives);
    const codes = new Uint8Array(capacity);
    codes.set(this.#outcomes);
    this.#outcomes = codes;
    const rows = new Int32Array(capacity);
    rows.set(this.#rows);
    this.#rows = rows;
  }

  clone(): Observations {
    const copy = new Observations(this.columns, this.objectives, this.#outcomes.length);
    copy.#points.set(this.#points);
    copy.#values.set(this.#values);
    copy.#outcomes.set(this.#outcomes);
    copy.#rows.set(this.#rows);
    copy.#size = this.#size;
    return copy;
  }
}

function widened(array: Float64Array, length: number): Float64Array {
  const wider = new Float64Array(length);
  wider.set(array);
  return wider;
}
