import { log } from '@asktell/numerics/elementary';
import type { Covariance } from './covariance.ts';

/** A diagonal covariance matrix. All operations take linear time, except `dense`. */
export class DiagonalCovariance implements Covariance {
  readonly n: number;
  /** C_ii. */
  readonly variances: Float64Array;
  /** √C_ii. */
  readonly deviations: Float64Array;

  /** Creates the identity. */
  constructor(n: number) {
    this.n = n;
    this.variances = new Float64Array(n).fill(1);
    this.deviations = new Float64Array(n).fill(1);
  }

  sample(z: Float64Array, y: Float64Array): void {
    for (let i = 0; i < this.n; i++) y[i] = (this.deviations[i] as number) * (z[i] as number);
  }

  whiten(y: Float64Array, out: Float64Array): void {
    for (let i = 0; i < this.n; i++) out[i] = (y[i] as number) / (this.deviations[i] as number);
  }

  squaredLength(rows: Float64Array, offset: number): number {
    let sum = 0;
    for (let i = 0; i < this.n; i++) sum += ((rows[offset + i] as number) / (this.deviations[i] as number)) ** 2;
    return sum;
  }

  update(keep: number, c1: number, pc: Float64Array, coefficients: Float64Array, steps: Float64Array): void {
    const { n, variances } = this;
    for (let i = 0; i < n; i++) variances[i] = keep * (variances[i] as number) + c1 * (pc[i] as number) ** 2;
    for (let k = 0; k < coefficients.length; k++) {
      const w = coefficients[k] as number;
      for (let i = 0; i < n; i++) variances[i] = (variances[i] as number) + w * (steps[k * n + i] as number) ** 2;
    }
    this.#takeRoots();
  }

  #takeRoots(): void {
    for (let i = 0; i < this.n; i++) {
      const value = this.variances[i] as number;
      if (!(value > 0 && value < Number.POSITIVE_INFINITY))
        this.variances[i] = value > 0 ? 1 : Math.sqrt(Number.MIN_VALUE);
      this.deviations[i] = Math.sqrt(this.variances[i] as number);
    }
  }

  variance(i: number): number {
    return this.variances[i] as number;
  }

  setDiagonal(variances: Float64Array): void {
    this.variances.set(variances);
    this.#takeRoots();
  }

  dense(out: Float64Array): void {
    out.fill(0);
    for (let i = 0; i < this.n; i++) out[i * this.n + i] = this.variances[i] as number;
  }

  setDense(matrix: Float64Array): void {
    for (let i = 0; i < this.n; i++) this.variances[i] = matrix[i * this.n + i] as number;
    this.#takeRoots();
  }

  logDeterminant(): number {
    let sum = 0;
    for (const deviation of this.deviations) sum += log(deviation);
    return 2 * sum;
  }

  scale(factor: number): void {
    for (let i = 0; i < this.n; i++) this.variances[i] = (this.variances[i] as number) * factor;
    this.#takeRoots();
  }

  axis(k: number, out: Float64Array): number {
    out.fill(0);
    out[k] = 1;
    return this.deviations[k] as number;
  }

  extremes(): readonly [number, number] {
    let low = Number.POSITIVE_INFINITY;
    let high = 0;
    for (const deviation of this.deviations) {
      if (deviation < low) low = deviation;
      if (deviation > high) high = deviation;
    }
    return [low, high];
  }

  clone(): DiagonalCovariance {
    const copy = new DiagonalCovariance(this.n);
    copy.variances.set(this.variances);
    copy.deviations.set(this.deviations);
    return copy;
  }
}
