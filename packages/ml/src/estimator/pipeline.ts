import { AsktellError, show } from '@asktell/core';
import { checkModel, type EstimatorLike } from './estimator-like.ts';

/** A step before the model, such as a scaler. It is fitted on the rows that the model is fitted on, never on test rows. */
export interface Transformer {
  fit(X: never, y: never): unknown;
  transform(X: never): unknown;
}

/** Transformers and a model as one model. */
export interface Pipeline {
  fit(X: never, y: never): Promise<void>;
  predict(X: never): Promise<unknown>;
  predictProba?(X: never): Promise<unknown>;
  free(): void;
}

/**
 * Joins transformers and a model to one model. `fit` fits each step on the output of the steps before it; `predict` only
 * transforms. A factory may return the list itself.
 * @throws AsktellError `invalid-argument` for a step that is not a transformer
 * @example pipeline(new StandardScaler(), new KNN())
 */
export function pipeline(...steps: readonly [...Transformer[], EstimatorLike]): Pipeline {
  const transformers = steps.slice(0, -1) as Transformer[];
  const model = steps.at(-1) as EstimatorLike;
  for (const [i, step] of transformers.entries())
    if (typeof step?.fit !== 'function' || typeof step.transform !== 'function')
      throw new AsktellError(
        'invalid-argument',
        `pipeline: step ${i} needs fit(X, y) and transform(X), not ${show(step)}. Only the last step is the model.`,
      );
  checkModel(model);
  const transformed = async (X: never): Promise<never> => {
    let data = X;
    for (const step of transformers) data = (await step.transform(data)) as never;
    return data;
  };
  return {
    async fit(X, y) {
      let data = X;
      for (const step of transformers) {
        await step.fit(data, y);
        data = (await step.transform(data)) as never;
      }
      await (model.fit === undefined ? model.train?.(data, y) : model.fit(data, y));
    },
    predict: async (X) => model.predict(await transformed(X)),
    ...(model.predictProba === undefined
      ? {}
      : { predictProba: async (X: never) => model.predictProba?.(await transformed(X)) }),
    free: () => {
      model.free?.();
    },
  };
}
