import { AsktellError, type Objective, type Study, type Trial, TrialPruned } from '@asktell/core';
import { type FoldScores, type FoldSettings, fitFold } from '../cross-validate/fit-fold.ts';
import type { Fold } from '../folds/splitter.ts';
import { mean } from '../moments.ts';
import { encodeFold, foldAttribute, storedFolds } from './cv-results.ts';

/** How candidates are measured. */
export interface CandidateSettings<P> {
  readonly study: Study<object>;
  readonly fit: FoldSettings<P>;
  readonly folds: readonly Fold[];
  /** Index of the scorer whose mean is the value of the trial. */
  readonly scorer: number;
  readonly reports: 'scores' | 'means';
  readonly errorScore: number | 'raise';
  decode(params: object): P;
}

/** The error of a candidate without a score. Its trial fails, and the search goes on. */
export class CandidateFailed extends Error {
  override readonly name = 'CandidateFailed';
}

/** Measures a candidate fold by fold. A resumed trial goes on at its first fold without a score. */
export function candidateObjective<P>(settings: CandidateSettings<P>): Objective<object> {
  const { study, fit, folds, scorer, reports, decode } = settings;
  return async (trial) => {
    const done = trial.isResumed ? await foldsOfRunning(study, trial.number, folds.length) : [];
    if (Object.keys(trial.params).length === 0)
      throw new AsktellError(
        'invalid-argument',
        `${fit.where}: trial ${trial.number} has no parameters, because the study has no space. Pass space to createStudy.`,
      );
    const params = decode(trial.params);
    const scores: number[] = [];
    const errors: string[] = [];
    for (const [number, fold] of folds.entries()) {
      if (trial.signal.aborted) throw trial.signal.reason; // The trial is released, and goes on at this fold.
      const known = done[number];
      const result = known ?? (await scoresOrError(settings, trial, params, fold, number, errors));
      scores.push(result.scores[scorer] as number);
      const reported = reports === 'scores' ? (scores.at(-1) as number) : mean(scores);
      const stored = known === undefined ? trial.setUserAttr(foldAttribute(number), encodeFold(result)) : undefined;
      await Promise.all([stored, trial.report(reported, number)]);
      if (number < folds.length - 1 && (await trial.shouldPrune())) throw new TrialPruned();
    }
    const value = mean(scores);
    if (Number.isNaN(value)) throw new CandidateFailed(errors[0] ?? 'The score of a fold is NaN.');
    return value;
  };
}

/** The scores of a fold, or `errorScore` if the fit fails. */
async function scoresOrError<P>(
  { fit, errorScore }: CandidateSettings<P>,
  trial: Trial<object>,
  params: P,
  fold: Fold,
  number: number,
  errors: string[],
): Promise<FoldScores> {
  try {
    return await fitFold({ ...fit, signal: trial.signal }, params, fold, number);
  } catch (error) {
    if (errorScore === 'raise' || trial.signal.aborted) throw error;
    errors.push((error as AsktellError).message);
    return { scores: Array.from(fit.scorers, () => errorScore), fitTime: 0, scoreTime: 0 };
  }
}

async function foldsOfRunning(study: Study<object>, number: number, folds: number): Promise<FoldScores[]> {
  const running = await study.trials({ states: ['running'] });
  const trial = running.find((other) => other.number === number);
  return trial === undefined ? [] : storedFolds(trial.userAttrs, folds);
}
