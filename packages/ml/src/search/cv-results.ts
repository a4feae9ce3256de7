import type { FinishedState, FrozenTrial, Json } from '@asktell/core';
import { titled } from '../cross-validate/column-names.ts';
import type { FoldScores } from '../cross-validate/fit-fold.ts';
import { deviation, mean } from '../moments.ts';

/**
 * The results of a search in columns with one entry per candidate. The names are scikit-learn's in camelCase:
 * `meanTestScore`, `split0TestScore`, `paramC`; with several scorers `meanTestAccuracy` and so on. Times are milliseconds.
 * A candidate that was pruned or failed has NaN for its mean and for the folds that were not scored; it ranks last.
 */
export interface CvResults<P> {
  /** The parameters as the estimator got them. */
  readonly params: readonly P[];
  /** Numbers of the trials in the study. */
  readonly trial: readonly number[];
  readonly state: readonly FinishedState[];
  readonly meanFitTime: Float64Array;
  readonly stdFitTime: Float64Array;
  readonly meanScoreTime: Float64Array;
  readonly stdScoreTime: Float64Array;
  readonly [scores: `split${number}Test${string}`]: Float64Array;
  readonly [means: `meanTest${string}`]: Float64Array;
  readonly [deviations: `stdTest${string}`]: Float64Array;
  readonly [ranks: `rankTest${string}`]: Int32Array;
  readonly [values: `param${Capitalize<string>}`]: readonly (Json | undefined)[];
}

/** What is known of one candidate. */
export interface MeasuredCandidate<P> {
  readonly params: P;
  readonly trial: number;
  readonly state: FinishedState;
  /** By fold. Folds that were not scored are missing at the end. */
  readonly folds: readonly FoldScores[];
}

/** User attribute of a trial with the scores of a fold. Written when the fold ends, so that a resumed trial goes on after it. */
export const foldAttribute = (fold: number): string => `cv:fold:${fold}`;

/** The stored form of fold scores. JSON has no NaN. */
export function encodeFold({ scores, fitTime, scoreTime }: FoldScores): Json {
  return { scores: scores.map((score) => (Number.isFinite(score) ? score : String(score))), fitTime, scoreTime };
}

/** The folds that a trial has stored. */
export function storedFolds(attrs: FrozenTrial['userAttrs'], folds: number): FoldScores[] {
  const found: FoldScores[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const stored = attrs[foldAttribute(fold)] as
      | { readonly scores: readonly (number | string)[]; readonly fitTime: number; readonly scoreTime: number }
      | undefined;
    if (stored === undefined) break;
    found.push({ ...stored, scores: stored.scores.map(Number) });
  }
  return found;
}

/** The columns of the candidates, in their order. */
export function tabulate<P>(
  candidates: readonly MeasuredCandidate<P>[],
  scorers: readonly string[],
  folds: number,
): CvResults<P> {
  const columns: Record<string, unknown> = {};
  const column = (of: (candidate: MeasuredCandidate<P>) => number): Float64Array => Float64Array.from(candidates, of);
  for (const time of ['fitTime', 'scoreTime'] as const) {
    columns[`mean${titled(time)}`] = column(({ folds }) => mean(folds.map((fold) => fold[time])));
    columns[`std${titled(time)}`] = column(({ folds }) => deviation(folds.map((fold) => fold[time])));
  }
  const names = [...new Set(candidates.flatMap(({ params }) => Object.keys(params as object)))].sort();
  for (const name of names)
    columns[`param${titled(name)}`] = candidates.map(
      ({ params }) => (params as { readonly [name: string]: Json })[name],
    );
  columns['params'] = candidates.map(({ params }) => params);
  columns['trial'] = candidates.map(({ trial }) => trial);
  columns['state'] = candidates.map(({ state }) => state);
  for (const [s, scorer] of scorers.entries()) {
    const title = `Test${titled(scorer)}`;
    const scoreOf = (candidate: MeasuredCandidate<P>, fold: number): number =>
      candidate.folds[fold]?.scores[s] ?? Number.NaN;
    const scoresOf = (candidate: MeasuredCandidate<P>): number[] =>
      Array.from({ length: folds }, (_, fold) => scoreOf(candidate, fold));
    for (let fold = 0; fold < folds; fold++)
      columns[`split${fold}${title}`] = column((candidate) => scoreOf(candidate, fold));
    const means = column((candidate) => mean(scoresOf(candidate)));
    columns[`mean${title}`] = means;
    columns[`std${title}`] = column((candidate) => deviation(scoresOf(candidate)));
    columns[`rank${title}`] = ranks(means);
  }
  return columns as unknown as CvResults<P>;
}

/** Ranks from 1, the largest value first. Equal values share the smallest rank, and NaN ranks last. */
function ranks(values: Float64Array): Int32Array {
  const worth = (i: number): number =>
    Number.isNaN(values[i] as number) ? Number.NEGATIVE_INFINITY : (values[i] as number);
  const order = Array.from(values.keys()).sort((a, b) => (worth(a) === worth(b) ? 0 : worth(b) - worth(a)));
  const found = new Int32Array(values.length);
  for (const [place, i] of order.entries()) {
    const before = place === 0 ? undefined : order[place - 1];
    found[i] = before !== undefined && worth(before) === worth(i) ? (found[before] as number) : place + 1;
  }
  return found;
}
