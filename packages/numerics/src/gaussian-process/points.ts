/**
 * Points of a model by column, so that a kernel runs over contiguous numbers: column j of all points from index j · {@link stride} on.
 * Grows in place and keeps its memory.
 *
 * @example
 * const points = new PointColumns(2);
 * points.push(Float64Array.of(0.5, 3));
 * points.values[1 * points.stride + 0]; // 3
 */
export class PointColumns {
  readonly columns: number;
  #stride: number;
  #size = 0;
  #values: Float64Array;

  /**
   * @param columns numbers of a point
   * @param capacity points there is room for at first
   * @throws RangeError unless `columns` is a whole number from 1 on
   */
  constructor(columns: number, capacity = 16) {
    if (!(Number.isInteger(columns) && columns >= 1))
      throw new RangeError(`Points have a whole number of columns from 1 on, not ${columns}.`);
    this.columns = columns;
    this.#stride = Math.max(1, capacity);
    this.#values = new Float64Array(columns * this.#stride);
  }

  /** Points that are held. */
  get size(): number {
    return this.#size;
  }

  /** From one column to the next. Changes when memory grows. */
  get stride(): number {
    return this.#stride;
  }

  /** Another buffer after memory has grown. */
  get values(): Float64Array {
    return this.#values;
  }

  /** Makes room for so many points. What is held stays. */
  reserve(points: number): void {
    if (points <= this.#stride) return;
    const stride = Math.max(points, Math.ceil(1.5 * this.#stride));
    const wider = new Float64Array(this.columns * stride);
    for (let j = 0; j < this.columns; j++) {
      const from = j * this.#stride;
      wider.set(this.#values.subarray(from, from + this.#size), j * stride);
    }
    this.#values = wider;
    this.#stride = stride;
  }

  /** Adds a point: the numbers of `x` from index `start` on. */
  push(x: Float64Array, start = 0): void {
    this.reserve(this.#size + 1);
    for (let j = 0; j < this.columns; j++) this.#values[j * this.#stride + this.#size] = x[start + j] as number;
    this.#size++;
  }

  /** Copies point i to `out`, from index `start` on. */
  read(i: number, out: Float64Array, start = 0): void {
    for (let j = 0; j < this.columns; j++) out[start + j] = this.#values[j * this.#stride + i] as number;
  }

  /** Removes the last points until `size` are left. */
  truncate(size: number): void {
    this.#size = Math.min(size, this.#size);
  }
}
