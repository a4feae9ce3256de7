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
