import type { GaussianProcess } from '@asktell/numerics';

/** What a search maximises, over points in the columns of a model. */
export interface Acquisition {
  /** Operations of one evaluation: Σ n² over the models, which have n points each. */
  readonly operations: number;
  /** Values of `count` points, one point after the other. */
  values(points: Float64Array, count: number, out: Float64Array): void;
  /** The value at a point. Writes the derivatives by its numeric columns. */
  evaluate(point: Float64Array, gradient: Float64Array): number;
}

/** The sum of acquisitions that are logarithms: a product. */
export class LogProduct implements Acquisition {
  readonly operations: number;
  readonly #factors: readonly Acquisition[];
  #values: Float64Array = new Float64Array(0);
  #gradient: Float64Array = new Float64Array(0);

  constructor(factors: readonly Acquisition[]) {
    this.#factors = factors;
    this.operations = factors.reduce((sum, { operations }) => sum + operations, 0);
  }

  values(points: Float64Array, count: number, out: Float64Array): void {
    if (this.#values.length < count) this.#values = new Float64Array(count);
    out.fill(0, 0, count);
    for (const factor of this.#factors) {
      factor.values(points, count, this.#values);
      for (let c = 0; c < count; c++) out[c] = (out[c] as number) + (this.#values[c] as number);
    }
  }

  evaluate(point: Float64Array, gradient: Float64Array): number {
    if (this.#gradient.length < gradient.length) this.#gradient = new Float64Array(gradient.length);
    gradient.fill(0);
    let sum = 0;
    for (const factor of this.#factors) {
      sum += factor.evaluate(point, this.#gradient);
      for (let j = 0; j < gradient.length; j++) gradient[j] = (gradient[j] as number) + (this.#gradient[j] as number);
    }
    return sum;
  }
}

/** Operations of evaluations with these models. */
export function operationsOf(processes: readonly GaussianProcess[]): number {
  return processes.reduce((sum, { size }) => sum + size ** 2, 0);
}

/** The product of a first factor and others; the factor itself if there are no others. */
export function product(first: Acquisition, others: readonly Acquisition[]): Acquisition {
  return others.length === 0 ? first : new LogProduct([first, ...others]);
}
