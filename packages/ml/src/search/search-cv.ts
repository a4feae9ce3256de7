import {
  AsktellError,
  type CreateStudyOptions,
  createStudy,
  type DuplicatePolicy,
  type FinishedState,
  isAsktellError,
  NopPruner,
  type Sampler,
  type Space,
  type Storage,
  type Study,
  show,
  type Trial,
  TrialPruned,
} from '@asktell/core';
import { type FoldScores, type FoldSettings, fitFold, fittedModel, scoreModel } from '../cross-validate/fit-fold.ts';
import { checkRows, readFolds, readTask, scorersFor } from '../cross-validate/read-folds.ts';
import { type Features, rowCount } from '../data/features.ts';
import { classesOf, type Label, type Labels } from '../data/labels.ts';
import type { Estimator, EstimatorFactory } from '../estimator/estimator.ts';
import type { Fold } from '../folds/splitter.ts';
import type { HonestTable } from '../honest/honest-table.ts';
import type { AnyStudy } from '../honest/outer-folds.ts';
import { type OverfitReport, overfitReport } from '../honest/overfit-report.ts';
import type { Scorers } from '../metrics/scorer.ts';
import { mean } from '../moments.ts';
import { linkedSignal } from '../platform.ts';
import {
  type CvResults,
  encodeFold,
  foldAttribute,
  type MeasuredCandidate,
  storedFolds,
  tabulate,
} from './cv-results.ts';
import { dataFingerprint } from './data-fingerprint.ts';
import { holdOutCandidates, type RowSplit, splitHoldOut } from './hold-out-rows.ts';
import type { SearchOptions, StudyFactory } from './options.ts';
import { chooseCandidate, scorerOf } from './refit.ts';

/** What distinguishes the searches. */
export interface SearchPlan<P> {
  /** The space of a new study, or an open study. */
  readonly space: Space | AnyStudy;
  readonly sampler: Sampler | undefined;
  readonly duplicates?: DuplicatePolicy;
  /** Trials of the study in all. */
  readonly total: number;
  decode(params: object): P;
  /** The order of the candidates in the results. Default: by trial number. */
  position?(params: P): number;
}

/** What `fit` has found. */
interface Fitted<P> {
  readonly study: Study<object>;
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

const userAttribute = 'cv:data';

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
   *   rows or folds; `fit-failed` if no candidate has a score; with `errorScore: 'raise'` also `fit-failed` and
   *   `fit-timeout` of a fold; errors of the storage
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
    const study = await this.#open(plan);
    await this.#claimData(study, dataFingerprint(rows.search.X, rows.search.y, folds));
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
    const [honest, report] = await this.#honest(rows, settings, scorer, task, candidates, study);
    const { signal, done } = linkedSignal(options.signal);
    const params = results.params[bestIndex] as P;
    const model = options.refit === false ? null : await fittedModel(settings, params, X, y, -1, signal);
    done();
    this.#fitted?.model?.free?.();
    this.#fitted = { study, results, bestIndex, scorer, scorers, classes: classesOf(y), model, honest, report };
    return this;
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

  /** Closes the study, and frees the fitted model. */
  async close(): Promise<void> {
    await this.#fitted?.model?.free?.();
    await this.#fitted?.study.close();
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

  async #open({ space, sampler, duplicates }: SearchPlan<P>): Promise<Study<object>> {
    if (isStudy(space)) {
      const study = space as Study<object>;
      if (study.directions.length !== 1 || study.direction !== 'maximize')
        throw new AsktellError(
          'invalid-argument',
          `${this.#where}: the study must have the direction 'maximize', because larger scores are better, not ${show(study.directions)}.`,
        );
      return study;
    }
    const { storage, name, seed, worker, pruner = new NopPruner() } = this.#options;
    const create = this.#options.createStudy ?? (createStudy as unknown as StudyFactory);
    const given = {
      storage,
      seed,
      worker,
      sampler,
      duplicates,
      name: name ?? (storage === undefined ? undefined : this.#where),
    };
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const fixed = { space, pruner, direction: 'maximize', loadIfExists: true };
    return (await create({ ...known, ...fixed } as CreateStudyOptions<
      Space,
      Storage | string
    >)) as unknown as Study<object>;
  }

  /** Stores which data the study belongs to. */
  async #claimData(study: Study<object>, fingerprint: string): Promise<void> {
    const stored = (await study.userAttrs())[userAttribute];
    if (stored === undefined) await study.setUserAttr(userAttribute, fingerprint);
    else if (stored !== fingerprint)
      throw new AsktellError(
        'study-mismatch',
        `${this.#where}: study ${show(study.name)} was made with other rows or folds (${show(stored)}, now ${show(fingerprint)}), so its scores cannot be compared. Pass the same data and cv, or another name.`,
      );
  }

  async #search(
    study: Study<object>,
    plan: SearchPlan<P>,
    settings: FoldSettings<P>,
    folds: readonly Fold[],
    scorer: number,
  ): Promise<void> {
    const { concurrency, progress, timeout, signal, errorScore = Number.NaN } = this.#options;
    const given = { concurrency, progress, timeout, signal };
    const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const reports = this.#options.reports ?? (comparesFolds.includes(study.pruner.name) ? 'scores' : 'means');
    await study.optimize(
      async (trial) => {
        const done = trial.isResumed ? await foldsOfRunning(study, trial.number, folds.length) : [];
        const scores: number[] = [];
        const params = plan.decode(trial.params);
        for (const [number, fold] of folds.entries()) {
          const known = done[number];
          const result = known ?? (await scored(settings, trial, params, fold, number, errorScore));
          scores.push(result.scores[scorer] as number);
          const reported = reports === 'scores' ? (scores.at(-1) as number) : mean(scores);
          const stored = known === undefined ? trial.setUserAttr(foldAttribute(number), encodeFold(result)) : undefined;
          await Promise.all([stored, trial.report(reported, number)]);
          if (number < folds.length - 1 && (await trial.shouldPrune())) throw new TrialPruned();
        }
        return mean(scores);
      },
      { ...known, trials: { total: plan.total } },
    );
  }

  async #honest(
    rows: RowSplit,
    settings: FoldSettings<P>,
    scorer: string,
    task: ReturnType<typeof readTask>,
    candidates: readonly MeasuredCandidate<P>[],
    study: Study<object>,
  ): Promise<readonly [HonestTable<P> | null, OverfitReport | null]> {
    if (rows.holdOut === null) return [null, null];
    const table = await holdOutCandidates(
      { ...rows, holdOut: rows.holdOut },
      settings,
      scorer,
      task,
      candidates,
      study.seed,
    );
    return [table, overfitReport(table)];
  }
}

/** One fold of a trial, with `errorScore` in place of an error. */
async function scored<P>(
  settings: FoldSettings<P>,
  trial: Trial<object>,
  params: P,
  fold: Fold,
  number: number,
  errorScore: number | 'raise',
): Promise<FoldScores> {
  try {
    return await fitFold({ ...settings, signal: trial.signal }, params, fold, number);
  } catch (error) {
    if (errorScore === 'raise' || trial.signal.aborted) throw error;
    if (!isAsktellError(error)) throw error;
    await trial.setUserAttr(`cv:error:${number}`, error.message);
    return { scores: Array.from(settings.scorers, () => errorScore), fitTime: 0, scoreTime: 0 };
  }
}

async function foldsOfRunning(study: Study<object>, number: number, folds: number): Promise<FoldScores[]> {
  const running = await study.trials({ states: ['running'] });
  const trial = running.find((other) => other.number === number);
  return trial === undefined ? [] : storedFolds(trial.userAttrs, folds);
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
  for (const { userAttrs, failure } of await study.trials({ states: ['fail'] })) {
    const key = Object.keys(userAttrs).find((name) => name.startsWith('cv:error:'));
    const message = key === undefined ? failure?.message : userAttrs[key];
    if (message !== undefined) return `The first failure: ${String(message)}`;
  }
  return 'Allow more candidates or more time.';
}

function isStudy(value: Space | AnyStudy): value is AnyStudy {
  return typeof (value as AnyStudy).ask === 'function' && typeof (value as AnyStudy).bestTrial === 'function';
}
