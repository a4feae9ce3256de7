import { AsktellError, check, checkValue, show } from '@asktell/core';
import { optunaRecipe, ownRecipe, type TpeRecipe } from './recipe.ts';

/** Options of `TpeSampler`. */
export interface TpeOptions {
  /**
   * Number of finished trials before the first model, a whole number of at least 1. Lost trials do not count. Until then parameters
   * are drawn at random. Default: 10.
   */
  readonly startupTrials?: number;
  /**
   * Number of candidates drawn per proposal, a whole number from 1 to 100,000. The cost of a proposal is proportional to it, and
   * more candidates make proposals greedier. Default: 24.
   */
  readonly candidates?: number;
  /**
   * `true`: one joint density over all parameters. `false`: one density per parameter. Default: `true` for one objective, `false`
   * for several, as in Optuna 5.
   */
  readonly multivariate?: boolean;
  /**
   * Constants of the densities, for comparisons and research: `'optuna'` for those of Optuna 5.0, whose cost grows with the number
   * of trials, or some fields of {@link TpeRecipe}, which override the defaults.
   */
  readonly recipe?: 'optuna' | Partial<TpeRecipe>;
  /** Whole number from 0 to 2^53 - 1. Replaces the seed of the study. */
  readonly seed?: number;
}

/** Limits the memory of a proposal, which contains all candidates. */
const maxCandidates = 100_000;

const names: readonly (keyof TpeOptions)[] = ['startupTrials', 'candidates', 'multivariate', 'recipe', 'seed'];

/**
 * Checks options and returns a copy without undefined fields, from which the sampler can be recreated.
 * @throws AsktellError `invalid-argument`
 */
export function checkTpeOptions(options: unknown): TpeOptions {
  checkNames('options', options, names);
  const { startupTrials, candidates, multivariate, recipe, seed } = options as TpeOptions;
  checkCount('startupTrials', startupTrials);
  checkCount('candidates', candidates, maxCandidates);
  if (multivariate !== undefined && typeof multivariate !== 'boolean')
    throw invalid(`multivariate must be true or false, not ${show(multivariate)}.`);
  if (recipe !== undefined && recipe !== 'optuna') checkRecipe(recipe);
  if (seed !== undefined) checkValue('TpeSampler: seed', seed, check.seed);
  // A copy, so that later changes to the caller's object do not affect the sampler.
  const given = withoutUndefined(options as TpeOptions);
  return typeof recipe === 'object' ? { ...given, recipe: withoutUndefined(recipe) } : given;
}

function withoutUndefined<T extends object>(from: T): T {
  return Object.fromEntries(Object.entries(from).filter(([, value]) => value !== undefined)) as T;
}

/** The recipe that the options select for a number of objectives. */
export function recipeOf({ recipe }: TpeOptions, objectives: number): TpeRecipe {
  if (recipe === 'optuna') return optunaRecipe(objectives);
  // The default recipe is not copied, because copies have varying hidden classes and would deoptimise compiled code.
  return recipe === undefined ? ownRecipe(objectives) : { ...ownRecipe(objectives), ...recipe };
}

function checkRecipe(recipe: unknown): void {
  const defaults = ownRecipe(1);
  checkNames('recipe', recipe, Object.keys(defaults));
  for (const [name, value] of Object.entries(recipe as object)) {
    if (value === undefined) continue;
    if (name === 'badKernels') {
      if (value !== 'floor' && value !== 'neighbours')
        throw invalid(`recipe.badKernels must be 'floor' or 'neighbours', not ${show(value)}.`);
    } else if (name === 'precision') {
      if (value !== 'single' && value !== 'double')
        throw invalid(`recipe.precision must be 'single' or 'double', not ${show(value)}.`);
    } else if (name === 'orderedChoices') {
      if (typeof value !== 'boolean') throw invalid(`recipe.orderedChoices must be true or false, not ${show(value)}.`);
    } else if (name === 'goodLimit' || name === 'badLimit') checkCount(`recipe.${name}`, value);
    else if ((name === 'pendingWeight' || name === 'stepFloor') && value === 0) continue;
    else if (!(typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY))
      throw invalid(`recipe.${name} must be a positive number, not ${show(value)}.`);
    else if (name === 'goodShare' && value >= 1)
      throw invalid(`recipe.goodShare must be less than 1, not ${show(value)}.`);
  }
}

function checkNames(what: string, given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(`${what} must be an object, for example { ${known[0]}: … }, not ${show(given)}.`);
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) throw invalid(`${what} must not contain ${show(key)}. Use one of ${known.join(', ')}.`);
  }
}

function checkCount(name: string, value: unknown, max: number = Number.MAX_SAFE_INTEGER): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= max))
    return;
  const range = max === Number.MAX_SAFE_INTEGER ? 'of at least 1' : `from 1 to ${max}`;
  throw invalid(`${name} must be a whole number ${range}, not ${show(value)}.`);
}

function invalid(message: string): AsktellError {
  return new AsktellError('invalid-argument', `TpeSampler: ${message}`);
}
