import { AsktellError, show } from '@asktell/core';

/**
 * A model, by its members. It has `fit(X, y)`, or `train(X, y)` as in ml.js, libsvm-js and ml-xgboost, and `predict(X)`,
 * each synchronous or not. `predictProba(X)` is needed for log loss and ROC AUC. `free()` is called when the model is no
 * longer needed, for memory that is not garbage-collected. The parameters are `never` so that any class fits.
 */
export interface EstimatorLike {
  fit?(X: never, y: never): unknown;
  train?(X: never, y: never): unknown;
  predict(X: never): unknown;
  predictProba?(X: never): unknown;
  free?(): unknown;
}

/** @throws AsktellError `invalid-argument` unless the value has the members of a model */
export function checkModel(value: unknown): void {
  const { fit, train, predict } = (value ?? {}) as { readonly [K in keyof EstimatorLike]: unknown };
  const lacking = typeof predict !== 'function' ? 'predict' : 'fit';
  if (lacking === 'predict' || (typeof fit !== 'function' && typeof train !== 'function'))
    throw new AsktellError(
      'invalid-argument',
      `An estimator needs fit(X, y), or train(X, y), and predict(X), and ${show(value)} lacks ${lacking}. Return one from the factory.`,
    );
}
