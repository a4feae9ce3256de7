import { exp } from '../elementary/exp.ts';
import type { ArdKernel } from './ard-kernel.ts';
import type { Kernel } from './kernel.ts';
import type { PointColumns } from './points.ts';

/**
 * A kernel of numbers and categories plus an effect per category: k(x, x') + Σ_j v_j [x_j = x'_j] over the first `effects` categorical
 * columns. The function is a function of all columns plus an independent normal number of variance v_j for each category of each column
 * (the overlap kernel of Ru et al., Bayesian optimisation over multiple continuous and categorical inputs, 2020, with a variance per
 * column). So what is learned about the numbers holds for categories that were never observed.
 *
 * Parameters: those of the kernel, then log v_1, …, log v_effects.
 *
 * @example
 * const kernel = new CategoryEffects(new ArdKernel({ numeric: 1, categorical: 1 }), 1);
 * kernel.configure(Float64Array.of(0, 0, 0, 0)); // all weights, the scale and the variance of the effect 1
 * kernel.variance; // 2
 */
export class CategoryEffects implements Kernel {
  readonly columns: number;
  readonly parameters: number;
  readonly base: ArdKernel;
  /** v_j. */
  readonly effects: Float64Array;
  /** By effect: Σ_ik C_ik v_j [x_ij = x_kj] of the last gradient. */
  readonly #sums: Float64Array;
  /** Σ_j v_j. */
  #total: number;

  /** @throws RangeError unless `effects` is a whole number between 1 and the number of categorical columns */
  constructor(base: ArdKernel, effects: number) {
    const categorical = base.columns - base.numeric;
    if (!(Number.isInteger(effects) && effects >= 1 && effects <= categorical))
      throw new RangeError(
        `CategoryEffects: effects must be a whole number between 1 and ${categorical}, the number of categorical columns, not ${effects}.`,
      );
    this.base = base;
    this.columns = base.columns;
    this.parameters = base.parameters + effects;
    this.effects = new Float64Array(effects).fill(1);
    this.#sums = new Float64Array(effects);
    this.#total = effects;
  }

  /** Weights of the base, see {@link ArdKernel.weights}. */
  get weights(): Float64Array {
    return this.base.weights;
  }

  /** The variance of the base and of all effects. */
  get variance(): number {
    return this.base.variance + this.#total;
  }

  configure(logs: Float64Array): void {
    this.base.configure(logs);
    this.#total = 0;
    for (let j = 0; j < this.effects.length; j++) {
      const effect = exp(logs[this.base.parameters + j] as number);
      this.effects[j] = effect;
      this.#total += effect;
    }
  }

  fillMatrix(points: PointColumns, out: Float64Array, stride: number): void {
    this.base.fillMatrix(points, out, stride);
    const { size, values } = points;
    for (let j = 0; j < this.effects.length; j++) {
      const effect = this.effects[j] as number;
      const column = (this.base.numeric + j) * points.stride;
      for (let i = 0; i < size; i++) {
        const row = i * stride;
        const code = values[column + i];
        for (let k = 0; k < i; k++) if (values[column + k] === code) out[row + k] = (out[row + k] as number) + effect;
      }
    }
    for (let i = 0; i < size; i++) out[i * stride + i] = this.variance;
  }

  addMatrixGradient(
    points: PointColumns,
    c: Float64Array,
    stride: number,
    total: number,
    gradient: Float64Array,
  ): void {
    const { size, values } = points;
    let rest = total;
    for (let j = 0; j < this.effects.length; j++) {
      const column = (this.base.numeric + j) * points.stride;
      let pairs = 0;
      let trace = 0;
      for (let i = 0; i < size; i++) {
        const row = i * stride;
        const code = values[column + i];
        for (let k = 0; k < i; k++) if (values[column + k] === code) pairs += c[row + k] as number;
        trace += c[row + i] as number;
      }
      const sum = (this.effects[j] as number) * (2 * pairs + trace);
      this.#sums[j] = sum;
      rest -= sum;
    }
    this.base.addMatrixGradient(points, c, stride, rest, gradient);
    for (let j = 0; j < this.effects.length; j++) {
      const at = this.base.parameters + j;
      gradient[at] = (gradient[at] as number) + 0.5 * (this.#sums[j] as number);
    }
  }

  fillRow(points: PointColumns, x: Float64Array, xStart: number, out: Float64Array, outStart: number): void {
    this.base.fillRow(points, x, xStart, out, outStart);
    const { size, values } = points;
    for (let j = 0; j < this.effects.length; j++) {
      const effect = this.effects[j] as number;
      const column = (this.base.numeric + j) * points.stride;
      const code = x[xStart + this.base.numeric + j];
      for (let i = 0; i < size; i++)
        if (values[column + i] === code) out[outStart + i] = (out[outStart + i] as number) + effect;
    }
  }

  /** Effects do not depend on numbers. */
  addInputGradient(
    points: PointColumns,
    count: number,
    x: Float64Array,
    factors: Float64Array,
    gradient: Float64Array,
  ): void {
    this.base.addInputGradient(points, count, x, factors, gradient);
  }

  between(x: Float64Array, xStart: number, y: Float64Array, yStart: number): number {
    let sum = this.base.between(x, xStart, y, yStart);
    for (let j = 0; j < this.effects.length; j++) {
      const column = this.base.numeric + j;
      if (x[xStart + column] === y[yStart + column]) sum += this.effects[j] as number;
    }
    return sum;
  }
}
