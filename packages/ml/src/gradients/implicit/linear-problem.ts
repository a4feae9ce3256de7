import { AsktellError, type Checks, check, checkOptions, must, oneOfWords, show } from '@asktell/core';
import { exp, log1p } from '@asktell/numerics/elementary';
import { type CrossValidation, readFolds } from '../../cross-validate/read-folds.ts';
import { checkFeatures, columnCount, type Features, feature, rowCount } from '../../data/features.ts';
import { checkLabels, type Labels } from '../../data/labels.ts';
import type { BilevelProblem } from './bilevel-problem.ts';
import { elasticNet, type Penalty, ridge } from './penalty.ts';

/** Options of {@link linearProblem}. */
export interface LinearProblemOptions {
  /** `'squared'` (default) for numbers, half the squared error; `'logistic'` for the classes 0 and 1. */
  readonly loss?: 'squared' | 'logistic';
  /**
   * `'ridge'` (default): ½ e^λ₀ |w|². `'elastic-net'`: e^λ₀ Σ (√(w² + s²) - s) + ½ e^λ₁ |w|², a smooth form of e^λ₀ |w|₁
   * with s of `smoothing`. `'ridge-by-feature'`: ½ Σ e^λ_j w_j², a strength for each feature.
   */
  readonly penalty?: 'ridge' | 'elastic-net' | 'ridge-by-feature';
  /** s of the elastic net, above 0. Below it, the penalty of a weight is round instead of pointed. Default 0.01. */
  readonly smoothing?: number;
  /** Folds, or their number. The outer value is the mean over them. Default 5. */
  readonly cv?: CrossValidation;
}

const checks: Checks<LinearProblemOptions> = {
  loss: oneOfWords('squared', 'logistic'),
  penalty: oneOfWords('ridge', 'elastic-net', 'ridge-by-feature'),
  smoothing: must(
    'a finite number above 0',
    (value) => typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY,
  ),
  cv: check.anything,
};

/**
 * The strengths of the penalties of a linear model, as a {@link BilevelProblem}. The inner value is the mean training loss
 * plus the penalty, the outer value the mean loss on the test rows of the folds. λ holds natural logarithms of strengths.
 * The intercept has no penalty. Features should be on one scale.
 *
 * With n training rows, `'ridge'` is scikit-learn's `Ridge` with alpha = n e^λ, and `LogisticRegression` with C = 1 / (n e^λ).
 *
 * @param X features, one row per sample
 * @param y numbers, or classes 0 and 1 for `'logistic'`
 * @throws AsktellError `invalid-argument`, `invalid-data`, `invalid-folds`
 * @example
 * const problem = linearProblem(X, y, { penalty: 'ridge', cv: new KFold({ folds: 10, shuffle: true }) });
 * const { lambda } = minimizeHyperparameters(problem, [0]);
 */
export function linearProblem(X: Features, y: Labels, options: LinearProblemOptions = {}): BilevelProblem {
  const where = 'linearProblem';
  checkOptions(where, options, checks);
  const { loss = 'squared', penalty = 'ridge', smoothing = 0.01, cv = 5 } = options;
  checkFeatures(where, X);
  const rows = rowCount(X);
  checkLabels(where, 'y', y, rows);
  const wrong = Array.from(y as Iterable<unknown>).findIndex(
    (label) => typeof label !== 'number' || (loss === 'logistic' && label !== 0 && label !== 1),
  );
  if (wrong >= 0)
    throw new AsktellError(
      'invalid-data',
      `${where}: y contains ${show(y[wrong])} at index ${wrong}. The loss '${loss}' needs ${loss === 'logistic' ? 'the classes 0 and 1' : 'numbers'}.`,
    );
  const folds = readFolds(where, { cv }, loss === 'logistic' ? 'classification' : 'regression', {
    samples: rows,
    labels: y,
  });
  const features = columnCount(X);
  const parts = folds.map(({ train, test }) => ({ train: rowsOf(X, y, train), test: rowsOf(X, y, test) }));
  const strength: Penalty =
    penalty === 'elastic-net' ? elasticNet(smoothing) : ridge(penalty === 'ridge' ? 1 : features);
  return new LinearProblem(parts, features, loss === 'logistic' ? logistic : squared, strength);
}

/** Dense rows with targets. */
interface Rows {
  readonly X: Float64Array;
  readonly y: Float64Array;
}

function rowsOf(X: Features, y: Labels, rows: Int32Array): Rows {
  const columns = columnCount(X);
  const data = new Float64Array(rows.length * columns);
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < columns; j++) data[i * columns + j] = feature(X, rows[i] as number, j);
  return { X: data, y: Float64Array.from(rows, (row) => y[row] as number) };
}

/** A loss of one prediction, with its first two derivatives with respect to the prediction. */
interface Loss {
  value(prediction: number, target: number): number;
  slope(prediction: number, target: number): number;
  curvature(prediction: number): number;
}

const squared: Loss = {
  value: (prediction, target) => 0.5 * (prediction - target) ** 2,
  slope: (prediction, target) => prediction - target,
  curvature: () => 1,
};

const logistic: Loss = {
  value: (z, target) => Math.max(z, 0) + log1p(exp(-Math.abs(z))) - target * z,
  slope: (z, target) => 1 / (1 + exp(-z)) - target,
  curvature: (z) => {
    const e = exp(-Math.abs(z));
    return e / (1 + e) ** 2;
  },
};

/** The folds side by side: x holds weights and intercept of each, so the Hessian has a block for each. */
class LinearProblem implements BilevelProblem {
  readonly dimensions: number;
  readonly hyperparameters: number;
  readonly #folds: readonly { readonly train: Rows; readonly test: Rows }[];
  readonly #features: number;
  readonly #loss: Loss;
  readonly #penalty: Penalty;

  constructor(
    folds: readonly { readonly train: Rows; readonly test: Rows }[],
    features: number,
    loss: Loss,
    penalty: Penalty,
  ) {
    this.#folds = folds;
    this.#features = features;
    this.#loss = loss;
    this.#penalty = penalty;
    this.dimensions = folds.length * (features + 1);
    this.hyperparameters = penalty.hyperparameters;
  }

  inner(x: Float64Array, lambda: Float64Array, gradient: Float64Array): number {
    gradient.fill(0);
    let value = 0;
    for (const [fold, { train }] of this.#folds.entries()) {
      const at = fold * (this.#features + 1);
      value += this.#meanLoss(train, x, at, gradient, 1) + this.#penalty.value(x, at, this.#features, lambda, gradient);
    }
    return value;
  }

  outer(x: Float64Array, _lambda: Float64Array, gradient: Float64Array, lambdaGradient: Float64Array): number {
    gradient.fill(0);
    lambdaGradient.fill(0);
    const weight = 1 / this.#folds.length;
    let value = 0;
    for (const [fold, { test }] of this.#folds.entries())
      value += weight * this.#meanLoss(test, x, fold * (this.#features + 1), gradient, weight);
    return value;
  }

  hessianProduct(x: Float64Array, lambda: Float64Array, v: Float64Array, product: Float64Array): void {
    product.fill(0);
    const features = this.#features;
    for (const [fold, { train }] of this.#folds.entries()) {
      const at = fold * (features + 1);
      const { X, y } = train;
      for (let i = 0; i < y.length; i++) {
        const image = linear(X, i, features, v, at);
        const scaled = (this.#loss.curvature(linear(X, i, features, x, at)) * image) / y.length;
        addRow(X, i, features, scaled, product, at);
      }
      this.#penalty.hessianProduct(x, at, features, lambda, v, product);
    }
  }

  crossProduct(x: Float64Array, lambda: Float64Array, v: Float64Array, product: Float64Array): void {
    product.fill(0);
    for (let fold = 0; fold < this.#folds.length; fold++)
      this.#penalty.crossProduct(x, fold * (this.#features + 1), this.#features, lambda, v, product);
  }

  /** The mean loss. Adds `weight` times its gradient. */
  #meanLoss({ X, y }: Rows, x: Float64Array, at: number, gradient: Float64Array, weight: number): number {
    const features = this.#features;
    let value = 0;
    for (let i = 0; i < y.length; i++) {
      const prediction = linear(X, i, features, x, at);
      const target = y[i] as number;
      value += this.#loss.value(prediction, target);
      addRow(X, i, features, (weight * this.#loss.slope(prediction, target)) / y.length, gradient, at);
    }
    return value / y.length;
  }
}

/** Row i of X times the weights, which start at `at`, plus the intercept behind them. */
function linear(X: Float64Array, i: number, features: number, weights: Float64Array, at: number): number {
  let sum = weights[at + features] as number;
  for (let j = 0; j < features; j++) sum += (X[i * features + j] as number) * (weights[at + j] as number);
  return sum;
}

/** Adds a multiple of row i, and of the 1 of the intercept. */
function addRow(X: Float64Array, i: number, features: number, scale: number, sum: Float64Array, at: number): void {
  for (let j = 0; j < features; j++) sum[at + j] = (sum[at + j] as number) + scale * (X[i * features + j] as number);
  sum[at + features] = (sum[at + features] as number) + scale;
}
