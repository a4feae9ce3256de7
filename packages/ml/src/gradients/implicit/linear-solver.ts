import { AsktellError } from '@asktell/core';

/** Writes A v for a symmetric positive definite matrix A. */
export type MatrixProduct = (v: Float64Array, product: Float64Array) => void;

/** Solves A z = b with products A v only. Working memory is reused. */
export interface LinearSolver {
  /**
   * @param z the start, which receives the solution
   * @param tolerance largest norm of b - A z, relative to the norm of b
   * @returns the number of products
   * @throws AsktellError `invalid-value` if A is not positive definite or a product is not finite
   */
  solve(product: MatrixProduct, b: Float64Array, z: Float64Array, tolerance: number): number;
}

/** The method of conjugate gradients (Hestenes and Stiefel 1952). */
export class ConjugateGradients implements LinearSolver {
  readonly #limit: number;
  readonly #residual: Float64Array;
  readonly #direction: Float64Array;
  readonly #image: Float64Array;

  /** @param limit largest number of steps */
  constructor(dimensions: number, limit: number) {
    this.#limit = limit;
    this.#residual = new Float64Array(dimensions);
    this.#direction = new Float64Array(dimensions);
    this.#image = new Float64Array(dimensions);
  }

  solve(product: MatrixProduct, b: Float64Array, z: Float64Array, tolerance: number): number {
    const [r, p, image] = [this.#residual, this.#direction, this.#image];
    product(z, image);
    for (let i = 0; i < b.length; i++) {
      r[i] = (b[i] as number) - (image[i] as number);
      p[i] = r[i] as number;
    }
    let squares = dot(r, r);
    const goal = tolerance * tolerance * dot(b, b);
    let products = 1;
    for (let step = 0; step < this.#limit && squares > goal; step++) {
      product(p, image);
      products++;
      const curvature = dot(p, image);
      if (!(curvature > 0)) throw notDefinite('Conjugate gradients', curvature);
      const length = squares / curvature;
      for (let i = 0; i < b.length; i++) {
        z[i] = (z[i] as number) + length * (p[i] as number);
        r[i] = (r[i] as number) - length * (image[i] as number);
      }
      const next = dot(r, r);
      for (let i = 0; i < b.length; i++) p[i] = (r[i] as number) + (next / squares) * (p[i] as number);
      squares = next;
    }
    return products;
  }
}

/**
 * The Neumann series z = η Σ_j (I - η A)^j b with η below 2 / λ_max(A) (Lorraine, Vicol and Duvenaud, AISTATS 2020). Each
 * term costs one product. A few terms give a direction that is good enough for an early outer step.
 */
export class NeumannSeries implements LinearSolver {
  readonly #limit: number;
  readonly #stepSize: number | null;
  readonly #term: Float64Array;
  readonly #image: Float64Array;

  /**
   * @param limit largest number of terms
   * @param stepSize η, or `null`: it is estimated with the power method, which costs 20 products
   */
  constructor(dimensions: number, limit: number, stepSize: number | null) {
    this.#limit = limit;
    this.#stepSize = stepSize;
    this.#term = new Float64Array(dimensions);
    this.#image = new Float64Array(dimensions);
  }

  solve(product: MatrixProduct, b: Float64Array, z: Float64Array, tolerance: number): number {
    const [term, image] = [this.#term, this.#image];
    let products = 0;
    let stepSize = this.#stepSize;
    if (stepSize === null) {
      products = 20;
      stepSize = 1 / (1.1 * this.#largestEigenvalue(product, products));
    }
    // The series for the rest b - A z that the start leaves.
    product(z, image);
    products++;
    for (let i = 0; i < b.length; i++) term[i] = (b[i] as number) - (image[i] as number);
    const goal = tolerance * tolerance * dot(b, b);
    for (let j = 0; j < this.#limit; j++) {
      const squares = dot(term, term); // term = b - A z, the residual
      if (squares <= goal) break;
      for (let i = 0; i < b.length; i++) z[i] = (z[i] as number) + stepSize * (term[i] as number);
      product(term, image);
      products++;
      for (let i = 0; i < b.length; i++) term[i] = (term[i] as number) - stepSize * (image[i] as number);
      const next = dot(term, term);
      if (!(next <= squares)) throw notDefinite('The Neumann series', next);
    }
    return products;
  }

  /** A lower bound of the largest eigenvalue, close to it after a few steps. */
  #largestEigenvalue(product: MatrixProduct, steps: number): number {
    const [v, image] = [this.#term, this.#image];
    for (let i = 0; i < v.length; i++) v[i] = 1 + ((i * 0.618) % 1); // any start that is orthogonal to no eigenvector
    let largest = 0;
    for (let step = 0; step < steps; step++) {
      const norm = Math.sqrt(dot(v, v));
      for (let i = 0; i < v.length; i++) v[i] = (v[i] as number) / norm;
      product(v, image);
      largest = Math.sqrt(dot(image, image));
      v.set(image);
      if (!(largest > 0)) throw notDefinite('The power method', largest);
    }
    return largest;
  }
}

/** a · b. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function notDefinite(method: string, value: number): AsktellError {
  return new AsktellError(
    'invalid-value',
    `${method} found that the Hessian of the inner problem is not positive definite, or that hessianProduct is wrong (${value}). Add a penalty to the inner problem, or check hessianProduct against differences of its gradient.`,
  );
}
