import { AsktellError, type Rng, rngFor } from '@asktell/core';
import { type FoldSettings, fittedModel, Predictions } from '../cross-validate/fit-fold.ts';
import { type Features, rowCount, takeRows } from '../data/features.ts';
import { classesOf, type Label, type Labels, type Task, takeLabels } from '../data/labels.ts';
import type { Estimator } from '../estimator/estimator.ts';
import { GroupKFold } from '../folds/group-k-fold.ts';
import { HoldOutSplit } from '../folds/shuffle-split.ts';
import type { Fold } from '../folds/splitter.ts';
import { expectedOptimism } from '../honest/expected-optimism.ts';
import { type HonestRow, HonestTable } from '../honest/honest-table.ts';
import type { EstimatorScorer, PredictionScorer } from '../metrics/scorer.ts';
import { deviation, mean, standardErrorOf } from '../moments.ts';
import type { MeasuredCandidate } from './cv-results.ts';
import type { SearchOptions } from './options.ts';

/** Rows of a data set. */
export interface Rows {
  readonly X: Features;
  readonly y: Labels;
  readonly groups: Labels | undefined;
}

/** The rows of the search, and those that it does not see. */
export interface RowSplit {
  readonly search: Rows;
  readonly holdOut: Rows | null;
}

/** How many of the best candidates are measured on the hold-out rows. */
const measuredCandidates = 5;
const resamples = 400;

/**
 * Sets rows aside: the last ones if they are in order of time, whole groups if there are groups, else at random with the shares
 * of the classes.
 */
export function splitHoldOut<P>(
  where: string,
  rows: Rows,
  { holdOut, ordered, seed }: SearchOptions<P>,
  task: Task,
): RowSplit {
  if (holdOut === undefined) return { search: rows, holdOut: null };
  const { X, y, groups } = rows;
  const data = { samples: rowCount(X), labels: y, groups };
  const fold = ordered
    ? lastRows(where, data.samples, holdOut)
    : groups === undefined
      ? new HoldOutSplit({ testSize: holdOut, stratified: task === 'classification', seed: seed ?? 0 }).split(data)[0]
      : new GroupKFold({ folds: Math.max(2, Math.round(1 / holdOut)) }).split(data)[0];
  const side = (which: Int32Array): Rows => ({
    X: takeRows(X, which),
    y: takeLabels(y, which),
    groups: groups === undefined ? undefined : takeLabels(groups, which),
  });
  const { train, test } = fold as Fold;
  return { search: side(train), holdOut: side(test) };
}

function lastRows(where: string, samples: number, share: number): Fold {
  const first = samples - Math.ceil(share * samples);
  if (first < 1)
    throw new AsktellError('invalid-folds', `${where}: holdOut ${share} of ${samples} rows leaves none to search on.`);
  const range = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return { train: range(0, first), test: range(first, samples) };
}

/**
 * Fits the best candidates to the rows of the search and scores them on the hold-out rows, with standard errors by the
 * bootstrap. The baseline predicts the most frequent class, or the mean. `null` without hold-out rows or complete candidates.
 */
export async function measureHoldOut<P>(
  { search, holdOut }: RowSplit,
  settings: FoldSettings<P>,
  scorerName: string,
  task: Task,
  candidates: readonly MeasuredCandidate<P>[],
): Promise<HonestTable<P> | null> {
  const index = [...settings.scorers.keys()].indexOf(scorerName);
  const scorer = settings.scorers.get(scorerName) as EstimatorScorer | PredictionScorer;
  const complete = candidates
    .filter(({ state }) => state === 'complete')
    .map(({ params, trial, folds }) => ({ params, trial, scores: folds.map(({ scores }) => scores[index] as number) }))
    .filter(({ scores }) => Number.isFinite(mean(scores)))
    .sort((a, b) => mean(b.scores) - mean(a.scores) || a.trial - b.trial);
  if (holdOut === null || complete.length === 0) return null;
  const { seed } = settings;
  const scoring = { scorer, X: holdOut.X, y: holdOut.y, classes: classesOf(search.y), task, seed };
  const baseline = baselineOf(search.y, task);
  const rows: HonestRow<P>[] = [];
  for (const { params, trial, scores } of complete.slice(0, measuredCandidates)) {
    const model = await fittedModel(settings, params, search.X, search.y);
    try {
      const { score, lead } = await bootstrap(model, baseline, scoring);
      const inSample = { value: mean(scores), standardError: standardErrorOf(scores) };
      rows.push({ number: trial, params, inSample, outOfSample: score, aboveBaseline: lead });
    } finally {
      await model.free?.();
    }
  }
  const noise = selectionNoise(complete.map(({ scores }) => scores));
  const means = complete.map(({ scores }) => mean(scores));
  return new HonestTable({
    kind: 'candidates',
    direction: 'maximize',
    rows,
    tried: complete.length,
    expectedOptimism: Number.isFinite(noise) ? expectedOptimism(means, noise) : Number.NaN,
  });
}

/**
 * The standard deviation of the error of a candidate's mean that is not common to all candidates: the residual of a two-way
 * layout without interaction, candidates by folds.
 */
export function selectionNoise(scores: readonly (readonly number[])[]): number {
  const [candidates, folds] = [scores.length, scores[0]?.length ?? 0];
  if (candidates < 2 || folds < 2) return Number.NaN;
  const means = scores.map(mean);
  const center = mean(means);
  const foldMeans = Array.from({ length: folds }, (_, fold) => mean(scores.map((row) => row[fold] as number)));
  let sum = 0;
  for (const [i, row] of scores.entries())
    for (const [fold, score] of row.entries())
      sum += (score - (means[i] as number) - (foldMeans[fold] as number) + center) ** 2;
  return Math.sqrt(sum / ((candidates - 1) * (folds - 1)) / folds);
}

/** A model that ignores the features. */
function baselineOf(y: Labels, task: Task): Estimator {
  const classes = classesOf(y);
  const counts = classes.map((label) => Array.from(y as ArrayLike<Label>).filter((other) => other === label).length);
  const constant =
    task === 'regression' ? mean(y as ArrayLike<number>) : (classes[counts.indexOf(Math.max(...counts))] as Label);
  return {
    fit: () => undefined,
    predict: (X) => Array.from({ length: rowCount(X) }, () => constant),
    predictProba: (X) => Array.from({ length: rowCount(X) }, () => counts.map((count) => count / y.length)),
  };
}

interface HoldOutScoring {
  readonly scorer: EstimatorScorer | PredictionScorer;
  readonly X: Features;
  readonly y: Labels;
  readonly classes: readonly Label[];
  readonly task: Task;
  readonly seed: number;
}

/** Scores of a model and its lead over the baseline. Scorers of your own get no standard error: they may be expensive. */
async function bootstrap(model: Estimator, baseline: Estimator, { scorer, X, y, classes, task, seed }: HoldOutScoring) {
  const unknown = Number.NaN;
  if (typeof scorer === 'function') {
    const value = await scorer(model, X, y);
    return { score: { value, standardError: unknown }, lead: null };
  }
  const kind = scorer.scores;
  const [own, other] = [await new Predictions(model, X)[kind](), await new Predictions(baseline, X)[kind]()];
  const value = scorer.score(y, own, classes);
  const lead = value - scorer.score(y, other, classes);
  const draw = resampler(y, task, rngFor(seed, 0, 'hold-out'));
  const values = new Float64Array(resamples);
  const leads = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const rows = draw();
    const labels = takeLabels(y, rows);
    values[i] = scorer.score(labels, predictionsOf(own, rows), classes);
    leads[i] = (values[i] as number) - scorer.score(labels, predictionsOf(other, rows), classes);
  }
  return {
    score: { value, standardError: deviation(values) },
    lead: { value: lead, standardError: deviation(leads) },
  };
}

function predictionsOf<T>(predictions: T, rows: Int32Array): T {
  const isList = ArrayBuffer.isView(predictions) || (Array.isArray(predictions) && typeof predictions[0] !== 'object');
  return (isList ? takeLabels(predictions as Labels, rows) : takeRows(predictions as Features, rows)) as T;
}

/** Draws rows with replacement. Classes keep their numbers of rows, so that no class is missing. */
function resampler(y: Labels, task: Task, rng: Rng): () => Int32Array {
  const members = new Map<Label, number[]>();
  for (let i = 0; i < y.length; i++) {
    const stratum = task === 'regression' ? 0 : (y[i] as Label);
    const rows = members.get(stratum);
    if (rows === undefined) members.set(stratum, [i]);
    else rows.push(i);
  }
  const strata = [...members.values()];
  return () => {
    const drawn = new Int32Array(y.length);
    let at = 0;
    for (const rows of strata)
      for (let i = 0; i < rows.length; i++) drawn[at++] = rows[rng.int(0, rows.length - 1)] as number;
    return drawn;
  };
}
