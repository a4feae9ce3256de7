/**
 * Points of a model, stored by column so that kernels access contiguous memory. Column j starts at index j · {@link stride}. Memory grows on
 * demand and is reused.
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
   * @param columns number of columns of a point
   * @param capacity initial capacity in points
   * @throws RangeError unless `columns` is a whole number of at least 1
   */
  constructor(columns: number, capacity = 16) {
    if (!(Number.isInteger(columns) && columns >= 1))
      throw new RangeError(`PointColumns: columns must be a whole number of at least 1, not ${columns}.`);
    this.columns = columns;
    this.#stride = Math.max(1, capacity);
    this.#values = new Float64Array(columns * this.#stride);
  }

  /** Number of points. */
  get size(): number {
    return this.#size;
  }

  /** Distance between the starts of two columns. Changes when memory grows. */
  get stride(): number {
    return this.#stride;
  }

  /** The numbers of all points. The buffer is replaced when memory grows. */
  get values(): Float64Array {
    return this.#values;
  }

  /** Grows the memory to at least this many points and keeps the contents. */
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

  /** Adds a point, given by the numbers of `x` from index `start` on. */
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
