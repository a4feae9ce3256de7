import { AsktellError, checkSeed, type Json, show } from '@asktell/core';

/** Options of `TpeSampler`. The defaults are meant to be good everywhere. */
export interface TpeOptions {
  /**
   * Finished trials (lost ones do not count) before the first model, whole number ≥ 1, default 10. Until then parameters are
   * drawn at random: fewer make a model of next to nothing, more waste trials.
   */
  readonly startupTrials?: number;
  /**
   * Candidates drawn for each proposal, whole number ≥ 1, default 24. More make a proposal greedier and cost time in proportion.
   */
  readonly candidates?: number;
  /**
   * One density over all parameters (`true`), or one for each (`false`). Default: `true` for one objective, `false` for several,
   * as in Optuna 5.
   */
  readonly multivariate?: boolean;
  /**
   * Bandwidths: `asktell` (default) has a floor that shrinks in long runs and a bad density of a bounded number of equal
   * kernels, so that an ask costs the same after ten trials and after a hundred thousand; `optuna` has those of Optuna 5.0,
   * for comparisons.
   */
  readonly densities?: 'asktell' | 'optuna';
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. */
  readonly seed?: number;
}

const names: readonly (keyof TpeOptions)[] = ['startupTrials', 'candidates', 'multivariate', 'densities', 'seed'];

/** @throws AsktellError `invalid-argument` */
export function checkTpeOptions(options: unknown): TpeOptions {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw bad(`options must be an object such as { candidates: 64 }, not ${show(options)}.`);
  for (const key of Object.keys(options)) {
    if (!(names as readonly string[]).includes(key))
      throw bad(`there is no option ${show(key)}; use one of ${names.join(', ')}.`);
  }
  const { startupTrials, candidates, multivariate, densities, seed } = options as TpeOptions;
  checkCount('startupTrials', startupTrials);
  checkCount('candidates', candidates);
  if (multivariate !== undefined && typeof multivariate !== 'boolean')
    throw bad(`multivariate must be true or false, not ${show(multivariate)}.`);
  if (densities !== undefined && densities !== 'asktell' && densities !== 'optuna')
    throw bad(`densities must be 'asktell' or 'optuna', not ${show(densities)}.`);
  if (seed !== undefined) checkSeed(seed);
  return options as TpeOptions;
}

/** What recreates the sampler: the options that were given. */
export function savedOptions(options: TpeOptions): Json {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Json;
}

function checkCount(name: string, value: unknown): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1)) return;
  throw bad(`${name} must be a whole number from 1 on, not ${show(value)}.`);
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `TpeSampler: ${message}`);
}
