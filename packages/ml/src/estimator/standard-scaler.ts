import { AsktellError } from '@asktell/core';
import { columnCount, type Features, feature, rowCount } from '../data/features.ts';

/**
 * Scales each feature to mean 0 and standard deviation 1, as scikit-learn's `StandardScaler`. Constant features become 0.
 * The result is an array of rows.
 * @example [new StandardScaler(), new KNN()]
 */
export class StandardScaler {
  #means: Float64Array | null = null;
  #scales = new Float64Array(0);

  /** Learns mean and deviation (divided by n) of each feature. */
  fit(X: Features): this {
    const [rows, columns] = [rowCount(X), columnCount(X)];
    const means = new Float64Array(columns);
    const scales = new Float64Array(columns);
    for (let j = 0; j < columns; j++) {
      for (let i = 0; i < rows; i++) (means[j] as number) += feature(X, i, j) / rows;
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += (feature(X, i, j) - (means[j] as number)) ** 2;
      scales[j] = Math.sqrt(sum / rows) || 1;
    }
    this.#means = means;
    this.#scales = scales;
    return this;
  }

  /**
   * Scales rows with what `fit` has learned.
   * @throws AsktellError `invalid-argument` before `fit`, `invalid-data` for another number of features
   */
  transform(X: Features): number[][] {
    const means = this.#means;
    if (means === null)
      throw new AsktellError('invalid-argument', 'StandardScaler: transform was called before fit. Call fit(X) first.');
    if (columnCount(X) !== means.length)
      throw new AsktellError(
        'invalid-data',
        `StandardScaler: X has ${columnCount(X)} features, but fit saw ${means.length}.`,
      );
    return Array.from({ length: rowCount(X) }, (_, i) =>
      Array.from(means, (mean, j) => (feature(X, i, j) - mean) / (this.#scales[j] as number)),
    );
  }
}
