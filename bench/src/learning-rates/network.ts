import type { Rng } from '@asktell/core';
import type { Table } from './tables.ts';

/** Weight of the squared weights in the loss. */
const decay = 1e-4;

/**
 * A softmax classifier with cross-entropy loss and weight decay: logistic regression without a hidden layer, otherwise a
 * network with one layer of tanh units. Parameters are a list of arrays: weights and biases of each layer.
 */
export class Network {
  readonly #table: Table;
  readonly #hidden: number;
  readonly #unit: Float64Array;
  readonly #unitSlope: Float64Array;
  readonly #score: Float64Array;

  constructor(table: Table, hidden: number) {
    this.#table = table;
    this.#hidden = hidden;
    this.#unit = new Float64Array(hidden);
    this.#unitSlope = new Float64Array(hidden);
    this.#score = new Float64Array(table.classes);
  }

  /** Normal weights with variance 1 / inputs for a network, zeros for logistic regression. */
  start(rng: Rng): Float64Array[] {
    const { features, classes } = this.#table;
    const hidden = this.#hidden;
    const normal = (inputs: number, outputs: number): Float64Array =>
      Float64Array.from({ length: inputs * outputs }, () => rng.normal() / Math.sqrt(inputs));
    if (hidden === 0) return [new Float64Array(features * classes), new Float64Array(classes)];
    return [normal(features, hidden), new Float64Array(hidden), normal(hidden, classes), new Float64Array(classes)];
  }

  /** The loss of rows, or of all rows, and its gradient if given. */
  loss(parameters: readonly Float64Array[], rows: Int32Array | null, gradient: readonly Float64Array[] | null): number {
    const { X, features, classes, y } = this.#table;
    const hidden = this.#hidden;
    const count = rows === null ? this.#table.rows : rows.length;
    const last = parameters.length - 2;
    const weights = parameters[last] as Float64Array;
    const biases = parameters[last + 1] as Float64Array;
    for (const array of gradient ?? []) array.fill(0);
    let loss = 0;
    for (let r = 0; r < count; r++) {
      const row = rows === null ? r : (rows[r] as number);
      if (hidden > 0) this.#activate(parameters, row);
      const [input, from, inputs] = hidden > 0 ? [this.#unit, 0, hidden] : [X, row * features, features];
      loss += this.#softmax(weights, biases, input, from, inputs, y[row] as number);
      if (gradient === null) continue;
      for (let c = 0; c < classes; c++) this.#score[c] = (this.#score[c] as number) / count;
      addOuter(input, from, inputs, this.#score, gradient[last] as Float64Array, gradient[last + 1] as Float64Array);
      if (hidden === 0) continue;
      for (let h = 0; h < hidden; h++) {
        let sum = 0;
        for (let c = 0; c < classes; c++) sum += (weights[h * classes + c] as number) * (this.#score[c] as number);
        this.#unitSlope[h] = sum * (1 - (this.#unit[h] as number) ** 2);
      }
      addOuter(X, row * features, features, this.#unitSlope, gradient[0] as Float64Array, gradient[1] as Float64Array);
    }
    loss /= count;
    for (let layer = 0; layer < parameters.length; layer += 2) {
      const w = parameters[layer] as Float64Array;
      const slope = gradient?.[layer];
      for (let i = 0; i < w.length; i++) {
        const value = w[i] as number;
        loss += 0.5 * decay * value * value;
        if (slope !== undefined) slope[i] = (slope[i] as number) + decay * value;
      }
    }
    return loss;
  }

  #activate(parameters: readonly Float64Array[], row: number): void {
    const { X, features } = this.#table;
    const unit = this.#unit;
    const weights = parameters[0] as Float64Array;
    unit.set(parameters[1] as Float64Array);
    for (let j = 0; j < features; j++) {
      const x = X[row * features + j] as number;
      for (let h = 0; h < unit.length; h++)
        unit[h] = (unit[h] as number) + x * (weights[j * unit.length + h] as number);
    }
    for (let h = 0; h < unit.length; h++) unit[h] = Math.tanh(unit[h] as number);
  }

  /** Returns -log p of the label. Leaves p - 1[label] in `#score`. */
  #softmax(
    weights: Float64Array,
    biases: Float64Array,
    input: Float64Array,
    from: number,
    inputs: number,
    label: number,
  ): number {
    const score = this.#score;
    score.set(biases);
    for (let j = 0; j < inputs; j++) {
      const x = input[from + j] as number;
      for (let c = 0; c < score.length; c++)
        score[c] = (score[c] as number) + x * (weights[j * score.length + c] as number);
    }
    let largest = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < score.length; c++) largest = Math.max(largest, score[c] as number);
    let sum = 0;
    for (let c = 0; c < score.length; c++) sum += Math.exp((score[c] as number) - largest);
    const loss = largest + Math.log(sum) - (score[label] as number);
    for (let c = 0; c < score.length; c++)
      score[c] = Math.exp((score[c] as number) - largest) / sum - (c === label ? 1 : 0);
    return loss;
  }
}

/** Adds input ⊗ slope to the gradient of weights, and slope to that of biases. */
function addOuter(
  input: Float64Array,
  from: number,
  inputs: number,
  slope: Float64Array,
  weights: Float64Array,
  biases: Float64Array,
): void {
  const outputs = slope.length;
  for (let j = 0; j < inputs; j++) {
    const x = input[from + j] as number;
    for (let c = 0; c < outputs; c++)
      weights[j * outputs + c] = (weights[j * outputs + c] as number) + x * (slope[c] as number);
  }
  for (let c = 0; c < outputs; c++) biases[c] = (biases[c] as number) + (slope[c] as number);
}
