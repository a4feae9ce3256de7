import { AsktellError, type Awaitable, show } from '@asktell/core';
import type { Features } from '../data/features.ts';
import type { Label, Labels, Task } from '../data/labels.ts';
import { accuracy, balancedAccuracy, f1 } from './classification.ts';
import { logLoss, type Probabilities, rocAuc } from './probabilities.ts';
import { meanAbsoluteError, meanSquaredError, r2, rootMeanSquaredError } from './regression.ts';

/** Names of the built-in scorers: scikit-learn's in camelCase. A larger score is better; errors are negated. */
export type ScorerName =
  | 'accuracy'
  | 'balancedAccuracy'
  | 'f1'
  | 'f1Macro'
  | 'f1Weighted'
  | 'f1Micro'
  | 'negLogLoss'
  | 'rocAuc'
  | 'negMeanSquaredError'
  | 'negRootMeanSquaredError'
  | 'negMeanAbsoluteError'
  | 'r2';

/** A scorer of predictions. A larger score is better. */
export interface PredictionScorer {
  /** `'labels'`: `predict` is scored. `'probabilities'`: `predictProba` is. */
  readonly scores: 'labels' | 'probabilities';
  /** Decides about stratified folds and the baseline. Default: what the labels suggest. */
  readonly task?: Task;
  /** `classes`: those of the rows that the estimator was fitted on, in ascending order. */
  score(actual: Labels, predicted: Labels | Probabilities, classes: readonly Label[]): number;
}

/** A scorer of your own that gets the fitted estimator and the rows to score on. A larger score is better. */
export type EstimatorScorer = (estimator: unknown, X: Features, y: Labels) => Awaitable<number>;

/** A scorer: a name, a function, or an object. */
export type Scorer = ScorerName | EstimatorScorer | PredictionScorer;

/** One scorer, a list of names, or scorers by name. */
export type Scoring = Scorer | readonly ScorerName[] | { readonly [name: string]: Scorer };

const labels = (score: (actual: Labels, predicted: Labels) => number): PredictionScorer => ({
  scores: 'labels',
  task: 'classification',
  score: (actual, predicted) => score(actual, predicted as Labels),
});
const probabilities = (
  score: (actual: Labels, predicted: Probabilities, classes: readonly Label[]) => number,
): PredictionScorer => ({
  scores: 'probabilities',
  task: 'classification',
  score: (actual, predicted, classes) => score(actual, predicted as Probabilities, classes),
});
const numbers = (score: (actual: ArrayLike<number>, predicted: ArrayLike<number>) => number): PredictionScorer => ({
  scores: 'labels',
  task: 'regression',
  score: (actual, predicted) => score(actual as ArrayLike<number>, predicted as ArrayLike<number>),
});

const builtIn: { readonly [K in ScorerName]: PredictionScorer } = {
  accuracy: labels(accuracy),
  balancedAccuracy: labels(balancedAccuracy),
  f1: labels((actual, predicted) => f1(actual, predicted)),
  f1Macro: labels((actual, predicted) => f1(actual, predicted, { average: 'macro' })),
  f1Weighted: labels((actual, predicted) => f1(actual, predicted, { average: 'weighted' })),
  f1Micro: labels((actual, predicted) => f1(actual, predicted, { average: 'micro' })),
  negLogLoss: probabilities((actual, predicted, classes) => -logLoss(actual, predicted, { classes })),
  rocAuc: probabilities((actual, predicted, classes) => rocAuc(actual, predicted, { classes })),
  negMeanSquaredError: numbers((actual, predicted) => -meanSquaredError(actual, predicted)),
  negRootMeanSquaredError: numbers((actual, predicted) => -rootMeanSquaredError(actual, predicted)),
  negMeanAbsoluteError: numbers((actual, predicted) => -meanAbsoluteError(actual, predicted)),
  r2: numbers(r2),
};

/** The scorers of a search by name. The single scorer of a search is called `score`. */
export type Scorers = ReadonlyMap<string, EstimatorScorer | PredictionScorer>;

/**
 * Resolves the option `scoring`.
 * @throws AsktellError `invalid-argument`
 */
export function readScoring(where: string, scoring: Scoring): Scorers {
  if (Array.isArray(scoring)) {
    if (scoring.length === 0) throw invalid(`${where}: scoring is an empty list. Pass at least one name.`);
    return new Map((scoring as readonly ScorerName[]).map((name) => [name, resolve(where, name)]));
  }
  if (typeof scoring === 'object' && scoring !== null && !isPredictionScorer(scoring)) {
    const named = Object.entries(scoring as { readonly [name: string]: Scorer });
    if (named.length === 0) throw invalid(`${where}: scoring is an empty object. Pass at least one scorer.`);
    return new Map(named.map(([name, scorer]) => [name, resolve(where, scorer)]));
  }
  return new Map([['score', resolve(where, scoring as Scorer)]]);
}

/** The scorers in words, to recognize others when a search is resumed. Scorers of your own are known by name only. */
export function describeScorers(scorers: Scorers): string {
  const nameOf = (scorer: EstimatorScorer | PredictionScorer): string =>
    Object.keys(builtIn).find((name) => builtIn[name as ScorerName] === scorer) ?? 'own';
  return [...scorers]
    .map(([name, scorer]) => (nameOf(scorer) === name ? name : `${name}: ${nameOf(scorer)}`))
    .join(', ');
}

/** The task of the first scorer that states one. */
export function taskOfScorers(scorers: Scorers): Task | undefined {
  for (const scorer of scorers.values()) if (typeof scorer !== 'function' && scorer.task) return scorer.task;
  return undefined;
}

function resolve(where: string, scorer: Scorer): EstimatorScorer | PredictionScorer {
  if (typeof scorer === 'function' || isPredictionScorer(scorer)) return scorer;
  if (typeof scorer === 'string' && Object.hasOwn(builtIn, scorer)) return builtIn[scorer];
  throw invalid(
    `${where}: scoring must be a function, a scorer or one of ${Object.keys(builtIn).join(', ')}, not ${show(scorer)}.`,
  );
}

function isPredictionScorer(value: unknown): value is PredictionScorer {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly score?: unknown }).score === 'function' &&
    ['labels', 'probabilities'].includes((value as { readonly scores?: string }).scores as string)
  );
}

function invalid(message: string): AsktellError {
  return new AsktellError('invalid-argument', message);
}
