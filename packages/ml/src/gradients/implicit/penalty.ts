import { exp, pow } from '@asktell/numerics/elementary';

/** A penalty of weights whose strengths are e^λ. The weights of one model are `count` entries of x from `at` on. */
export interface Penalty {
  readonly hyperparameters: number;
  /** Returns the penalty and adds its gradient. */
  value(x: Float64Array, at: number, count: number, lambda: Float64Array, gradient: Float64Array): number;
  /** Adds the product of its Hessian with v. */
  hessianProduct(
    x: Float64Array,
    at: number,
    count: number,
    lambda: Float64Array,
    v: Float64Array,
    product: Float64Array,
  ): void;
  /** Adds the derivatives of (gradient · v) with respect to λ. */
  crossProduct(
    x: Float64Array,
    at: number,
    count: number,
    lambda: Float64Array,
    v: Float64Array,
    product: Float64Array,
  ): void;
}

/** ½ Σ e^λ_j w_j², or with a single strength ½ e^λ |w|². */
export function ridge(strengths: number): Penalty {
  const index = strengths === 1 ? () => 0 : (j: number) => j;
  const strength = (lambda: Float64Array, j: number): number => exp(lambda[index(j)] as number);
  return {
    hyperparameters: strengths,
    value(x, at, count, lambda, gradient) {
      let value = 0;
      for (let j = 0; j < count; j++) {
        const slope = strength(lambda, j) * (x[at + j] as number);
        value += 0.5 * slope * (x[at + j] as number);
        gradient[at + j] = (gradient[at + j] as number) + slope;
      }
      return value;
    },
    hessianProduct(_x, at, count, lambda, v, product) {
      for (let j = 0; j < count; j++)
        product[at + j] = (product[at + j] as number) + strength(lambda, j) * (v[at + j] as number);
    },
    crossProduct(x, at, count, lambda, v, product) {
      for (let j = 0; j < count; j++)
        product[index(j)] =
          (product[index(j)] as number) + strength(lambda, j) * (x[at + j] as number) * (v[at + j] as number);
    },
  };
}

/** e^λ₀ Σ (√(w² + s²) - s) + ½ e^λ₁ |w|². */
export function elasticNet(smoothing: number): Penalty {
  const squares = smoothing * smoothing;
  return {
    hyperparameters: 2,
    value(x, at, count, lambda, gradient) {
      const [first, second] = [exp(lambda[0] as number), exp(lambda[1] as number)];
      let value = 0;
      for (let j = 0; j < count; j++) {
        const w = x[at + j] as number;
        const root = Math.sqrt(w * w + squares);
        value += first * (root - smoothing) + 0.5 * second * w * w;
        gradient[at + j] = (gradient[at + j] as number) + (first * w) / root + second * w;
      }
      return value;
    },
    hessianProduct(x, at, count, lambda, v, product) {
      const [first, second] = [exp(lambda[0] as number), exp(lambda[1] as number)];
      for (let j = 0; j < count; j++) {
        const w = x[at + j] as number;
        const curvature = (first * squares) / pow(w * w + squares, 1.5) + second;
        product[at + j] = (product[at + j] as number) + curvature * (v[at + j] as number);
      }
    },
    crossProduct(x, at, count, lambda, v, product) {
      const [first, second] = [exp(lambda[0] as number), exp(lambda[1] as number)];
      for (let j = 0; j < count; j++) {
        const w = x[at + j] as number;
        const entry = v[at + j] as number;
        product[0] = (product[0] as number) + ((first * w) / Math.sqrt(w * w + squares)) * entry;
        product[1] = (product[1] as number) + second * w * entry;
      }
    },
  };
}
