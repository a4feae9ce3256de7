import { AsktellError, isAsktellError, rngFor, type Signal, show } from '@asktell/core';
import { type Features, rowCount, takeRows } from '../data/features.ts';
import { classesOf, type Label, type Labels, takeLabels } from '../data/labels.ts';
import { asEstimator, type Estimator, type EstimatorFactory } from '../estimator/estimator.ts';
import type { Fold } from '../folds/splitter.ts';
import type { Probabilities } from '../metrics/probabilities.ts';
import type { EstimatorScorer, PredictionScorer, Scorers } from '../metrics/scorer.ts';
import { linkedSignal, now, within } from '../platform.ts';

/** One data set, and how models are fitted to its folds and scored. */
export interface FoldSettings<P> {
  readonly where: string;
  readonly factory: EstimatorFactory<P>;
  readonly X: Features;
  readonly y: Labels;
  readonly scorers: Scorers;
  /** Milliseconds of a fit and its scores. */
  readonly timeout: number;
  /** Seed of the models' random streams. */
  readonly seed: number;
  readonly signal?: Signal | undefined;
}

/** The scores of one fold in the order of the scorers, and times in milliseconds. */
export interface FoldScores {
  readonly scores: readonly number[];
  readonly fitTime: number;
  readonly scoreTime: number;
}

/**
 * Fits a model on the training rows of a fold and scores it on its test rows.
 * @throws AsktellError `fit-failed`, `fit-timeout`; the error of the estimator is the cause
 */
export async function fitFold<P>(
  settings: FoldSettings<P>,
  params: P,
  fold: Fold,
  number: number,
): Promise<FoldScores> {
  const { X, y } = settings;
  return limited(settings, `fold ${number} with ${show(params)}`, async (signal) => {
    const start = now();
    const trainX = takeRows(X, fold.train);
    const trainY = takeLabels(y, fold.train);
    const model = await modelOf(settings, params, trainX, trainY, number, signal);
    const fitted = now();
    try {
      const classes = classesOf(trainY);
      const scores = await scoreModel(
        model,
        settings.scorers,
        takeRows(X, fold.test),
        takeLabels(y, fold.test),
        classes,
      );
      return { scores, fitTime: fitted - start, scoreTime: now() - fitted };
    } finally {
      await model.free?.();
    }
  });
}

/**
 * Fits a model to rows that are not those of a fold.
 * @throws AsktellError `fit-failed`, `fit-timeout`; the error of the estimator is the cause
 */
export async function fittedModel<P>(settings: FoldSettings<P>, params: P, X: Features, y: Labels): Promise<Estimator> {
  return limited(settings, `the fit to ${rowCount(X)} rows with ${show(params)}`, (signal) =>
    modelOf(settings, params, X, y, -1, signal),
  );
}

/** Does work on a model within the time limit. */
async function limited<P, T>(
  { where, timeout, signal: outer }: FoldSettings<P>,
  what: string,
  work: (signal: Signal) => Promise<T>,
): Promise<T> {
  const { signal, abort, done } = linkedSignal(outer);
  try {
    return await within(
      timeout,
      work(signal),
      () => new AsktellError('fit-timeout', `${where}: ${what} took longer than ${timeout} ms. Raise fitTimeout.`),
    );
  } catch (error) {
    abort(error);
    if (isAsktellError(error, 'fit-timeout')) throw error;
    const message = error instanceof Error ? error.message : show(error);
    throw new AsktellError('fit-failed', `${where}: ${what} failed: ${message}`, { cause: error });
  } finally {
    done();
  }
}

/** Creates a model and fits it. */
async function modelOf<P>(
  { factory, seed }: FoldSettings<P>,
  params: P,
  X: Features,
  y: Labels,
  fold: number,
  signal: Signal,
): Promise<Estimator> {
  const model = asEstimator(await factory(params, { fold, signal, rng: rngFor(seed, fold + 1, 'fit') }));
  try {
    await model.fit(X, y);
  } catch (error) {
    await model.free?.();
    throw error;
  }
  return model;
}

/**
 * The scores of a fitted model in the order of the scorers. Predictions are made once for all of them.
 * @throws AsktellError `fit-failed` for predictions that cannot be scored
 */
export async function scoreModel(
  model: Estimator,
  scorers: Scorers,
  X: Features,
  y: Labels,
  classes: ReturnType<typeof classesOf>,
): Promise<number[]> {
  const predictions = new Predictions(model, X);
  const scores: number[] = [];
  for (const [name, scorer] of scorers) {
    const score = await scoreOf(scorer, predictions, model, X, y, classes);
    if (typeof score !== 'number')
      throw new AsktellError('fit-failed', `Scorer ${show(name)} returned ${show(score)}. It must return a number.`);
    scores.push(score);
  }
  return scores;
}

async function scoreOf(
  scorer: EstimatorScorer | PredictionScorer,
  predictions: Predictions,
  model: Estimator,
  X: Features,
  y: Labels,
  classes: ReturnType<typeof classesOf>,
): Promise<number> {
  if (typeof scorer === 'function') return scorer(model, X, y);
  const predicted = await predictions[scorer.scores]();
  if (scorer.scores === 'labels') checkKind(predicted as Labels, y);
  return scorer.score(y, predicted, classes);
}

/** Labels of another type never equal those of the data: the score would be low without a reason to be seen. */
function checkKind(predicted: Labels, y: Labels): void {
  const kinds = new Set(Array.from(y as ArrayLike<Label>, (label) => typeof label));
  const other = Array.from(predicted as ArrayLike<Label>).find((label) => !kinds.has(typeof label));
  if (other !== undefined)
    throw new AsktellError(
      'fit-failed',
      `predict returned ${show(other)}, but y has labels such as ${show(y[0])}. Return labels of the same type.`,
    );
}

/** Predictions of a model for some rows, made when first needed. */
export class Predictions {
  readonly #model: Estimator;
  readonly #X: Features;
  #labels: Labels | undefined;
  #probabilities: Probabilities | undefined;

  constructor(model: Estimator, X: Features) {
    this.#model = model;
    this.#X = X;
  }

  async labels(): Promise<Labels> {
    this.#labels ??= this.#checked('predict', await this.#model.predict(this.#X)) as Labels;
    return this.#labels;
  }

  async probabilities(): Promise<Probabilities> {
    if (this.#model.predictProba === undefined)
      throw new AsktellError('fit-failed', 'The estimator has no predictProba(X), which this scorer needs.');
    this.#probabilities ??= this.#checked('predictProba', await this.#model.predictProba(this.#X)) as Probabilities;
    return this.#probabilities;
  }

  #checked(method: string, predicted: unknown): unknown {
    const isList = Array.isArray(predicted) || ArrayBuffer.isView(predicted);
    const length = isList
      ? (predicted as ArrayLike<unknown>).length
      : typeof predicted === 'object' && predicted !== null && method === 'predictProba'
        ? rowCount(predicted as Features)
        : undefined;
    const rows = rowCount(this.#X);
    if (length !== rows)
      throw new AsktellError(
        'fit-failed',
        `${method} returned ${length === undefined ? show(predicted) : `${length} predictions`} for ${rows} rows. It must return one per row.`,
      );
    return predicted;
  }
}
