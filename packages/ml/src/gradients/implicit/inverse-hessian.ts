import { dot } from './linear-solver.ts';

/** An estimate of the inverse Hessian of a function of few variables, by the BFGS formula (Nocedal and Wright 2006, 6.17). */
export class InverseHessian {
  readonly #n: number;
  readonly #matrix: Float64Array;
  #isKnown = false;

  constructor(dimensions: number) {
    this.#n = dimensions;
    this.#matrix = new Float64Array(dimensions * dimensions);
  }

  /** Whether a pair of gradients has shown positive curvature. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** The step to the minimum of the model, or the negative gradient while nothing is known. Fixed variables stay. */
  direction(gradient: Float64Array, isFixed: (index: number) => boolean): Float64Array {
    const free = gradient.map((entry, j) => (isFixed(j) ? 0 : entry));
    const step = this.#isKnown
      ? this.#times(free).map((entry, j) => (isFixed(j) ? 0 : -entry))
      : free.map((entry) => -entry);
    return step;
  }

  /** Learns from a step and the change of the gradient along it. Skips steps without positive curvature. */
  update(step: Float64Array, change: Float64Array): void {
    const product = dot(step, change);
    const squares = dot(change, change);
    if (!(product > 1e-8 * Math.sqrt(dot(step, step) * squares))) return;
    const n = this.#n;
    const matrix = this.#matrix;
    if (!this.#isKnown) for (let i = 0; i < n; i++) matrix[i * n + i] = product / squares;
    this.#isKnown = true;
    const image = this.#times(change);
    const scale = (1 + dot(change, image) / product) / product;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const [si, sj] = [step[i] as number, step[j] as number];
        const mixed = (image[i] as number) * sj + si * (image[j] as number);
        matrix[i * n + j] = (matrix[i * n + j] as number) + scale * si * sj - mixed / product;
      }
  }

  #times(v: Float64Array): Float64Array {
    const n = this.#n;
    return v.map((_, i) => dot(this.#matrix.subarray(i * n, (i + 1) * n), v));
  }
}
