import { SymmetricEigen } from '@asktell/numerics';
import { log } from '@asktell/numerics/elementary';
import type { Covariance } from './covariance.ts';

/** Replaces negative eigenvalues, which can result from rounding. */
const floor = 1e-8;

/**
 * A full covariance matrix with its eigendecomposition C = Σ_k deviations[k]² · b_k b_kᵀ. Every `refreshEvery`-th update
 * decomposes the matrix in O(n³). Other updates cost O(λ n²).
 */
export class FullCovariance implements Covariance {
  readonly n: number;
  /** C, n × n, both triangles. */
  readonly matrix: Float64Array;
  /** b_k in row k, n × n. */
  readonly axes: Float64Array;
  /** Square roots of the eigenvalues, ascending. */
  readonly deviations: Float64Array;
  /** Number of updates since the last decomposition. */
  age: number = 0;
  readonly refreshEvery: number;
  readonly #eigen: SymmetricEigen;
  readonly #work: Float64Array;

  /** Creates the identity. */
  constructor(n: number, refreshEvery: number = 1) {
    this.n = n;
    this.matrix = new Float64Array(n * n);
    this.axes = new Float64Array(n * n);
    this.deviations = new Float64Array(n);
    this.refreshEvery = refreshEvery;
    this.#eigen = new SymmetricEigen(n);
    this.#work = new Float64Array(n);
    this.setDiagonal(new Float64Array(n).fill(1));
  }

  sample(z: Float64Array, y: Float64Array): void {
    const work = this.#work;
    for (let k = 0; k < this.n; k++) work[k] = (this.deviations[k] as number) * (z[k] as number);
    combine(this.axes, work, this.n, y);
  }

  whiten(y: Float64Array, out: Float64Array): void {
    const { n, axes, deviations } = this;
    const work = this.#work;
    for (let k = 0; k < n; k++) work[k] = dot(axes, k * n, y, 0, n) / (deviations[k] as number);
    combine(axes, work, n, out);
  }

  squaredLength(rows: Float64Array, offset: number): number {
    const { n, axes, deviations } = this;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (dot(axes, k * n, rows, offset, n) / (deviations[k] as number)) ** 2;
    return sum;
  }

  update(keep: number, c1: number, pc: Float64Array, coefficients: Float64Array, steps: Float64Array): void {
    const { n, matrix } = this;
    for (let i = 0; i < n; i++) {
      const row = i * n;
      const one = c1 * (pc[i] as number);
      for (let j = 0; j <= i; j++) matrix[row + j] = keep * (matrix[row + j] as number) + one * (pc[j] as number);
      addRows(matrix, row, i, coefficients, steps, n);
    }
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j * n + i] = matrix[i * n + j] as number;
    this.age++;
    if (this.age >= this.refreshEvery) this.refresh();
  }

  /** Decomposes the matrix. */
  refresh(): void {
    const { n, matrix, axes, deviations } = this;
    this.age = 0;
    if (!this.#eigen.decompose(matrix, deviations, axes)) {
      // The decomposition fails after an overflow. Restart from the identity.
      this.setDiagonal(new Float64Array(n).fill(1));
      return;
    }
    const repaired = (deviations[0] as number) < 0;
    for (let k = 0; k < n; k++) {
      const value = deviations[k] as number;
      deviations[k] = Math.sqrt(value < 0 ? floor : value);
    }
    if (repaired) this.#rebuild();
    // Whitening divides by the deviations, so they must not be 0.
    for (let k = 0; k < n; k++) if (deviations[k] === 0) deviations[k] = Math.sqrt(Number.MIN_VALUE);
  }

  #rebuild(): void {
    const { n, matrix, axes, deviations } = this;
    matrix.fill(0);
    for (let k = 0; k < n; k++) {
      const value = (deviations[k] as number) ** 2;
      for (let i = 0; i < n; i++) {
        const factor = value * (axes[k * n + i] as number);
        for (let j = 0; j < n; j++)
          matrix[i * n + j] = (matrix[i * n + j] as number) + factor * (axes[k * n + j] as number);
      }
    }
  }

  variance(i: number): number {
    return this.matrix[i * this.n + i] as number;
  }

  setDiagonal(variances: Float64Array): void {
    this.matrix.fill(0);
    for (let i = 0; i < this.n; i++) this.matrix[i * this.n + i] = variances[i] as number;
    this.refresh();
  }

  dense(out: Float64Array): void {
    out.set(this.matrix);
  }

  setDense(matrix: Float64Array): void {
    this.matrix.set(matrix);
    this.refresh();
  }

  logDeterminant(): number {
    let sum = 0;
    for (const deviation of this.deviations) sum += log(deviation);
    return 2 * sum;
  }

  scale(factor: number): void {
    const root = Math.sqrt(factor);
    for (let i = 0; i < this.matrix.length; i++) this.matrix[i] = (this.matrix[i] as number) * factor;
    for (let k = 0; k < this.n; k++) this.deviations[k] = (this.deviations[k] as number) * root;
  }

  axis(k: number, out: Float64Array): number {
    out.set(this.axes.subarray(k * this.n, (k + 1) * this.n));
    return this.deviations[k] as number;
  }

  extremes(): readonly [number, number] {
    return [this.deviations[0] as number, this.deviations[this.n - 1] as number];
  }

  clone(): FullCovariance {
    const copy = new FullCovariance(this.n, this.refreshEvery);
    copy.matrix.set(this.matrix);
    copy.axes.set(this.axes);
    copy.deviations.set(this.deviations);
    copy.age = this.age;
    return copy;
  }
}

function dot(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += (a[i + k] as number) * (b[j + k] as number);
  return sum;
}

/** out = Σ_k factors[k] · row k, four rows at a time so that the sums stay in registers. */
function combine(rows: Float64Array, factors: Float64Array, n: number, out: Float64Array): void {
  out.fill(0, 0, n);
  let k = 0;
  for (; k + 3 < n; k += 4) {
    const [r0, r1, r2, r3] = [k * n, k * n + n, k * n + 2 * n, k * n + 3 * n];
    const f0 = factors[k] as number;
    const f1 = factors[k + 1] as number;
    const f2 = factors[k + 2] as number;
    const f3 = factors[k + 3] as number;
    for (let i = 0; i < n; i++) {
      out[i] =
        (out[i] as number) +
        f0 * (rows[r0 + i] as number) +
        f1 * (rows[r1 + i] as number) +
        (f2 * (rows[r2 + i] as number) + f3 * (rows[r3 + i] as number));
    }
  }
  for (; k < n; k++) {
    const f = factors[k] as number;
    for (let i = 0; i < n; i++) out[i] = (out[i] as number) + f * (rows[k * n + i] as number);
  }
}

/** matrix[row…row + i] += Σ_k coefficients[k] · steps[k][i] · steps[k][0…i], two steps at a time. */
function addRows(
  matrix: Float64Array,
  row: number,
  i: number,
  coefficients: Float64Array,
  steps: Float64Array,
  n: number,
): void {
  const lambda = coefficients.length;
  let k = 0;
  for (; k + 1 < lambda; k += 2) {
    const a = k * n;
    const b = a + n;
    const fa = (coefficients[k] as number) * (steps[a + i] as number);
    const fb = (coefficients[k + 1] as number) * (steps[b + i] as number);
    for (let j = 0; j <= i; j++)
      matrix[row + j] = (matrix[row + j] as number) + (fa * (steps[a + j] as number) + fb * (steps[b + j] as number));
  }
  if (k < lambda) {
    const a = k * n;
    const fa = (coefficients[k] as number) * (steps[a + i] as number);
    for (let j = 0; j <= i; j++) matrix[row + j] = (matrix[row + j] as number) + fa * (steps[a + j] as number);
  }
}
