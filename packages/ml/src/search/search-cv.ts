import { AsktellError, type FinishedState, type OneDirection, type Study, show } from '@asktell/core';
import { type FoldSettings, fittedModel, scoreModel } from '../cross-validate/fit-fold.ts';
import { checkRows, readFolds, readTask, scorersFor } from '../cross-validate/read-folds.ts';
import { type Features, rowCount } from '../data/features.ts';
import { classesOf, type Label, type Labels } from '../data/labels.ts';
import type { Estimator, EstimatorFactory } from '../estimator/estimator.ts';
import type { Fold } from '../folds/splitter.ts';
import type { HonestTable } from '../honest/honest-table.ts';
import { type OverfitReport, overfitReport } from '../honest/overfit-report.ts';
import { describeScorers, type Scorers } from '../metrics/scorer.ts';
import { CandidateFailed, candidateObjective } from './candidate-objective.ts';
import { type CvResults, type MeasuredCandidate, storedFolds, tabulate } from './cv-results.ts';
import { dataFingerprint } from './data-fingerprint.ts';
import { measureHoldOut, splitHoldOut } from './hold-out-rows.ts';
import { claimStudy, openStudy } from './open-study.ts';
import type { SearchOptions } from './options.ts';
import { chooseCandidate, scorerOf } from './refit.ts';
import type { SearchPlan } from './search-plan.ts';

/** What `fit` has found. */
interface Fitted<P> {
  readonly study: Study<object>;
  /** Whether the search created the study, and closes it. */
  readonly isOwn: boolean;
  readonly results: CvResults<P>;
  readonly bestIndex: number;
  readonly scorer: string;
  readonly scorers: Scorers;
  readonly classes: readonly Label[];
  readonly model: Estimator | null;
  readonly honest: HonestTable<P> | null;
  readonly report: OverfitReport | null;
}

/** Reports of these pruners are compared fold by fold. */
const comparesFolds = ['wilcoxon', 'racing', 'nop'];

/** A cross-validated search. The subclasses differ in how candidates are proposed. */
export abstract class SearchCV<P> {
  readonly #where: string;
  readonly #factory: EstimatorFactory<P>;
  readonly #options: SearchOptions<P>;
  #fitted: Fitted<P> | null = null;

  protected constructor(where: string, factory: EstimatorFactory<P>, options: SearchOptions<P>) {
    if (typeof factory !== 'function')
      throw new AsktellError(
        'invalid-argument',
        `${where}: the first argument must be a function that creates an estimator, not ${show(factory)}. Pass (params) => new Model(params).`,
      );
    this.#where = where;
    this.#factory = factory;
    this.#options = options;
  }

  /** How candidates are proposed. */
  protected abstract plan(): SearchPlan<P>;

  /**
   * Measures the candidates, and fits the best one to all rows. A study in a storage goes on where it stopped, in the middle
   * of a candidate at its first fold without a score.
   * @throws AsktellError `invalid-data`, `invalid-folds`, `invalid-argument`; `study-mismatch` if the stored study has other
   *   rows, folds or scorers; `fit-failed` if no candidate has a score; `fit-failed` and `fit-timeout` of a fit to all rows,
   *   with `errorScore: 'raise'` also of a fold; errors of the storage
   */
  async fit(X: Features, y: Labels, { groups }: { readonly groups?: Labels } = {}): Promise<this> {
    const [where, options] = [this.#where, this.#options];
    checkRows(where, X, y, groups, options.checkFinite ?? true);
    const scorers = scorersFor(where, options.scoring, y);
    const names = [...scorers.keys()];
    const scorer = scorerOf(where, options.refit ?? true, names);
    const task = readTask(scorers, y);
    const rows = splitHoldOut(where, { X, y, groups }, options, task);
    const data = { samples: rowCount(rows.search.X), labels: rows.search.y, groups: rows.search.groups };
    const folds = readFolds(where, options, task, data);
    const plan = this.plan();
    const { study, isOwn } = await openStudy(where, plan, options);
    try {
      const decides = names.length > 1 ? `; ${scorer} decides` : '';
      const fingerprint = dataFingerprint(rows.search.X, rows.search.y, folds);
      await claimStudy(where, study, fingerprint, `${describeScorers(scorers)}${decides}`);
      const settings = this.#settings(rows.search.X, rows.search.y, scorers, study.seed);
      await this.#search(study, plan, settings, folds, names.indexOf(scorer));

      const candidates = await candidatesOf(study, plan, folds.length);
      const results = tabulate(candidates, names, folds.length);
      const bestIndex = chooseCandidate(where, options.refit ?? true, results, scorer, folds.length);
      if (bestIndex === -1)
        throw new AsktellError(
          'fit-failed',
          `${where}: none of ${candidates.length} candidates has a score. ${await firstFailure(study)}`,
        );
      const honest = await measureHoldOut(rows, settings, scorer, task, candidates);
      const report = honest === null ? null : overfitReport(honest);
      const params = results.params[bestIndex] as P;
      const model = options.refit === false ? null : await fittedModel(settings, params, X, y);
      await this.close();
      this.#fitted = {
        study,
        isOwn,
        results,
        bestIndex,
        scorer,
        scorers,
        classes: classesOf(y),
        model,
        honest,
        report,
      };
      return this;
    } catch (error) {
      if (isOwn) await study.close();
      throw error;
    }
  }

  /** The study of the search. */
  get study(): Study<object> {
    return this.#known.study;
  }

  /** All candidates in columns. */
  get cvResults(): CvResults<P> {
    return this.#known.results;
  }

  /** Index of the chosen candidate in {@link cvResults}. */
  get bestIndex(): number {
    return this.#known.bestIndex;
  }

  /** The parameters of the chosen candidate. */
  get bestParams(): P {
    return this.cvResults.params[this.bestIndex] as P;
  }

  /** The mean score of the chosen candidate over the folds. It is optimistic: see {@link report}. */
  get bestScore(): number {
    const { results, scorer, bestIndex } = this.#known;
    return results[`meanTest${scorer.charAt(0).toUpperCase()}${scorer.slice(1)}`]?.[bestIndex] as number;
  }

  /** The chosen candidate, fitted to all rows. */
  get bestEstimator(): Estimator {
    const { model } = this.#known;
    if (model === null)
      throw new AsktellError(
        'unsupported',
        `${this.#where}: no estimator was fitted, because refit is false. Pass refit: true.`,
      );
    return model;
  }

  /** With `holdOut`: the best candidates on the rows that the search did not see. */
  get honest(): HonestTable<P> | null {
    return this.#known.honest;
  }

  /** With `holdOut`: what the scores mean, in words. */
  get report(): OverfitReport | null {
    return this.#known.report;
  }

  /** Predicts with {@link bestEstimator}. */
  async predict(X: Features): Promise<Labels> {
    return this.bestEstimator.predict(X);
  }

  /** The score of {@link bestEstimator} by the scorer that decided. */
  async score(X: Features, y: Labels): Promise<number> {
    const { scorer, scorers, classes } = this.#known;
    checkRows(this.#where, X, y, undefined, this.#options.checkFinite ?? true);
    const only = new Map([...scorers].filter(([name]) => name === scorer));
    return (await scoreModel(this.bestEstimator, only, X, y, classes))[0] as number;
  }

  /** Frees the fitted model, and closes the study unless it was passed to the search. */
  async close(): Promise<void> {
    if (this.#fitted === null) return;
    await this.#fitted.model?.free?.();
    if (this.#fitted.isOwn) await this.#fitted.study.close();
  }

  get #known(): Fitted<P> {
    if (this.#fitted === null)
      throw new AsktellError('unsupported', `${this.#where}: there are no results yet. Call fit(X, y) first.`);
    return this.#fitted;
  }

  #settings(X: Features, y: Labels, scorers: Scorers, seed: number): FoldSettings<P> {
    const timeout = this.#options.fitTimeout ?? Number.POSITIVE_INFINITY;
    return { where: this.#where, factory: this.#factory, X, y, scorers, timeout, seed };
  }

  async #search(
    study: Study<object>,
    { decode, total }: SearchPlan<P>,
    fit: FoldSettings<P>,
    folds: readonly Fold[],
    scorer: number,
  ): Promise<void> {
    const { concurrency, progress, timeout, signal, errorScore = Number.NaN } = this.#options;
    const given = { concurrency, progress, timeout, signal };
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const reports = this.#options.reports ?? (comparesFolds.includes(study.pruner.name) ? 'scores' : 'means');
    const objective = candidateObjective({ study, fit, folds, scorer, reports, errorScore, decode });
    // openStudy has checked that there is one objective.
    await (study as unknown as Study<object, OneDirection>).optimize(objective, {
      ...known,
      trials: { total },
      catch: [CandidateFailed],
    });
  }
}

async function candidatesOf<P>(
  study: Study<object>,
  plan: SearchPlan<P>,
  folds: number,
): Promise<MeasuredCandidate<P>[]> {
  const trials = await study.trials({ states: ['complete', 'pruned', 'fail'] });
  const candidates = trials.map((trial) => ({
    params: plan.decode(trial.params),
    trial: trial.number,
    state: trial.state as FinishedState,
    folds: storedFolds(trial.userAttrs, folds),
  }));
  const { position } = plan;
  if (position === undefined) return candidates;
  return candidates.sort((a, b) => position(a.params) - position(b.params) || a.trial - b.trial);
}

async function firstFailure(study: Study<object>): Promise<string> {
  const [first] = await study.trials({ states: ['fail'] });
  return first?.failure ? `The first failure: ${first.failure.message}` : 'Allow more candidates or more time.';
}
