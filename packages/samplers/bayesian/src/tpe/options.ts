import { AsktellError, check, checkValue, show } from '@asktell/core';
import { optunaRecipe, ownRecipe, type TpeRecipe } from './recipe.ts';

/** Options of `TpeSampler`. The defaults are meant to be good everywhere. */
export interface TpeOptions {
  /**
   * Finished trials (lost ones do not count) before the first model, whole number ≥ 1, default 10. Until then parameters are
   * drawn at random: fewer make a model of next to nothing, more waste trials.
   */
  readonly startupTrials?: number;
  /**
   * Candidates drawn for each proposal, whole number from 1 to 100,000, default 24. More make a proposal greedier and cost time in proportion.
   */
  readonly candidates?: number;
  /**
   * One density over all parameters (`true`), or one for each (`false`). Default: `true` for one objective, `false` for several,
   * as in Optuna 5.
   */
  readonly multivariate?: boolean;
  /**
   * The densities' constants, for comparisons and research: `'optuna'` for those of Optuna 5.0 (their cost grows with the number
   * of trials), or some of {@link TpeRecipe}'s fields.
   */
  readonly recipe?: 'optuna' | Partial<TpeRecipe>;
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. */
  readonly seed?: number;
}

/** All candidates of a proposal are held at once. */
const mostCandidates = 100_000;

const names: readonly (keyof TpeOptions)[] = ['startupTrials', 'candidates', 'multivariate', 'recipe', 'seed'];

/**
 * The options that were given, checked: what recreates the sampler.
 * @throws AsktellError `invalid-argument`
 */
export function checkTpeOptions(options: unknown): TpeOptions {
  checkNames('options', options, names);
  const { startupTrials, candidates, multivariate, recipe, seed } = options as TpeOptions;
  checkCount('startupTrials', startupTrials);
  checkCount('candidates', candidates, mostCandidates);
  if (multivariate !== undefined && typeof multivariate !== 'boolean')
    throw bad(`multivariate must be true or false, not ${show(multivariate)}.`);
  if (recipe !== undefined && recipe !== 'optuna') checkRecipe(recipe);
  if (seed !== undefined) checkValue('TpeSampler: seed', seed, check.seed);
  // A copy: who changes an object later does not change the sampler that was made with it.
  const given = withoutUndefined(options as TpeOptions);
  return typeof recipe === 'object' ? { ...given, recipe: withoutUndefined(recipe) } : given;
}

function withoutUndefined<T extends object>(from: T): T {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T;
}

/** The recipe for a number of objectives. */
export function recipeOf({ recipe }: TpeOptions, objectives: number): TpeRecipe {
  if (recipe === 'optuna') return optunaRecipe(objectives);
  // Not copied without need: copies differ in shape from one study to the next, for which the compiler starts anew.
  return recipe === undefined ? ownRecipe(objectives) : { ...ownRecipe(objectives), ...recipe };
}

function checkRecipe(recipe: unknown): void {
  const usual = ownRecipe(1);
  checkNames('recipe', recipe, Object.keys(usual));
  for (const [name, value] of Object.entries(recipe as object)) {
    if (value === undefined) continue;
    if (name === 'badKernels') {
      if (value !== 'floor' && value !== 'neighbours')
        throw bad(`recipe.badKernels must be 'floor' or 'neighbours', not ${show(value)}.`);
    } else if (name === 'precision') {
      if (value !== 'single' && value !== 'double')
        throw bad(`recipe.precision must be 'single' or 'double', not ${show(value)}.`);
    } else if (name === 'goodLimit' || name === 'badLimit') checkCount(`recipe.${name}`, value);
    else if ((name === 'pendingWeight' || name === 'stepFloor') && value === 0) continue;
    else if (!(typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY))
      throw bad(`recipe.${name} must be a positive number, not ${show(value)}.`);
    else if (name === 'goodShare' && value >= 1) throw bad(`recipe.goodShare must be less than 1, not ${show(value)}.`);
  }
}

function checkNames(what: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw bad(`${what} must be an object such as { ${known[0]}: … }, not ${show(given)}.`);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw bad(`${what}: there is no ${show(key)}; use one of ${known.join(', ')}.`);
  }
}

function checkCount(name: string, value: unknown, most: number = Number.MAX_SAFE_INTEGER): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= most))
    return;
  const range = most === Number.MAX_SAFE_INTEGER ? 'from 1 on' : `from 1 to ${most}`;
  throw bad(`${name} must be a whole number ${range}, not ${show(value)}.`);
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `TpeSampler: ${message}`);
}
