import type { Awaitable, Rng, Signal } from '@asktell/core';
import type { Features } from '../data/features.ts';
import type { Labels } from '../data/labels.ts';
import type { Probabilities } from '../metrics/probabilities.ts';
import { checkModel, type EstimatorLike } from './estimator-like.ts';
import { pipeline, type Transformer } from './pipeline.ts';

/** What a factory gets in addition to the parameters. */
export interface FitContext {
  /** Number of the fold. -1: the final fit on all rows. */
  readonly fold: number;
  /** Aborted when the result is no longer needed: the search was stopped, or the fit took too long. */
  readonly signal: Signal;
  /** A random stream for the model. It depends on the study's seed and the fold only: all candidates draw the same numbers. */
  readonly rng: Rng;
}

/** A model, or a pipeline: transformers that are fitted on the same rows, then the model. */
export type EstimatorOrPipeline = EstimatorLike | readonly [...Transformer[], EstimatorLike];

/**
 * Creates an unfitted model.
 * @example (params, { rng }) => [new StandardScaler(), new RandomForestClassifier({ ...params, seed: rng.int(0, 1e6) })]
 */
export type EstimatorFactory<P> = (params: P, context: FitContext) => Awaitable<EstimatorOrPipeline>;

/** A model with one set of names. */
export interface Estimator {
  fit(X: Features, y: Labels): Awaitable<unknown>;
  predict(X: Features): Awaitable<Labels>;
  predictProba?(X: Features): Awaitable<Probabilities>;
  free?(): unknown;
}

/**
 * The model that a factory returned, with one set of names.
 * @throws AsktellError `invalid-argument` if it is not a model
 */
export function asEstimator(created: unknown): Estimator {
  const model = Array.isArray(created)
    ? pipeline(...(created as unknown as readonly [...Transformer[], EstimatorLike]))
    : (created as EstimatorLike | null);
  checkModel(model);
  const raw = model as unknown as Estimator & { train(X: Features, y: Labels): Awaitable<unknown> };
  return {
    fit: (X, y) => (typeof raw.fit === 'function' ? raw.fit(X, y) : raw.train(X, y)),
    predict: (X) => raw.predict(X),
    ...(raw.predictProba === undefined ? {} : { predictProba: (X) => (raw as Required<Estimator>).predictProba(X) }),
    ...(raw.free === undefined ? {} : { free: () => (raw as Required<Estimator>).free() }),
  };
}
