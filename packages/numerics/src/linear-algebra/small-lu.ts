/**
 * Gaussian elimination with partial pivoting (Golub & Van Loan, Matrix Computations, 4th ed., algorithm 3.4.1) for small general
 * matrices. Working memory is reused.
 */
export class SmallLu {
  /** The matrix, in rows of `stride` numbers. {@link factorise} overwrites it. */
  readonly matrix: Float64Array;
  readonly stride: number;
  readonly #pivots: Int32Array;
  #size = 0;

  /** @param capacity maximum number of rows */
  constructor(capacity: number) {
    this.stride = capacity;
    this.matrix = new Float64Array(capacity * capacity);
    this.#pivots = new Int32Array(capacity);
  }

  /** Factorises the first n rows and columns of {@link matrix}. Returns false if it is singular or not finite. */
  factorise(n: number): boolean {
    const { matrix: a, stride } = this;
    this.#size = n;
    for (let k = 0; k < n; k++) {
      let pivot = k;
      for (let i = k + 1; i < n; i++)
        if (Math.abs(a[i * stride + k] as number) > Math.abs(a[pivot * stride + k] as number)) pivot = i;
      this.#pivots[k] = pivot;
      if (pivot !== k) swapRows(a, k * stride, pivot * stride, n);
      const diagonal = a[k * stride + k] as number;
      if (!(Math.abs(diagonal) > 0 && Math.abs(diagonal) < Number.POSITIVE_INFINITY)) return false;
      for (let i = k + 1; i < n; i++) {
        const factor = (a[i * stride + k] as number) / diagonal;
        a[i * stride + k] = factor;
        if (factor === 0) continue;
        for (let j = k + 1; j < n; j++)
          a[i * stride + j] = (a[i * stride + j] as number) - factor * (a[k * stride + j] as number);
      }
    }
    return true;
  }

  /** Solves A z = b in place. */
  solve(b: Float64Array): void {
    const { matrix: a, stride } = this;
    const n = this.#size;
    for (let k = 0; k < n; k++) {
      const pivot = this.#pivots[k] as number;
      const kept = b[pivot] as number;
      b[pivot] = b[k] as number;
      b[k] = kept;
    }
    for (let i = 1; i < n; i++) {
      let rest = b[i] as number;
      for (let k = 0; k < i; k++) rest -= (a[i * stride + k] as number) * (b[k] as number);
      b[i] = rest;
    }
    for (let i = n - 1; i >= 0; i--) {
      let rest = b[i] as number;
      for (let k = i + 1; k < n; k++) rest -= (a[i * stride + k] as number) * (b[k] as number);
      b[i] = rest / (a[i * stride + i] as number);
    }
  }
}

function swapRows(a: Float64Array, first: number, second: number, length: number): void {
  for (let j = 0; j < length; j++) {
    const kept = a[first + j] as number;
    a[first + j] = a[second + j] as number;
    a[second + j] = kept;
  }
}
