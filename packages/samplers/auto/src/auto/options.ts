import { type Checks, check, checkOptions, type Json, oneOfWords } from '@asktell/core';
import { type AutoRecipe, recipeChecks } from './recipe.ts';

/** Options of `AutoSampler`. All of them are saved with the study. */
export interface AutoOptions {
  /**
   * What a trial costs. `'cheap'`: less than about 20 ms, so that proposals should take less than a millisecond. Gaussian
   * processes are then not used. Default: `'expensive'`.
   */
  readonly cost?: 'cheap' | 'expensive';
  /**
   * Constants of the choice, for comparisons and research: some fields of {@link AutoRecipe}, which override the defaults.
   */
  readonly recipe?: Partial<AutoRecipe>;
  /** Whole number from 0 to 2^53 - 1. Replaces the seed of the study. */
  readonly seed?: number;
}

const checks: Checks<AutoOptions> = {
  cost: oneOfWords('cheap', 'expensive'),
  recipe: check.object,
  seed: check.seed,
};

/**
 * Checks options and returns a copy without undefined fields, from which the sampler can be recreated.
 * @throws AsktellError `invalid-argument`
 */
export function checkAutoOptions(options: unknown): AutoOptions {
  checkOptions('AutoSampler', options, checks);
  const { cost, recipe, seed } = options as AutoOptions;
  if (recipe !== undefined) checkOptions('AutoSampler: recipe', recipe, recipeChecks);
  return {
    ...(cost === undefined ? {} : { cost }),
    ...(recipe === undefined ? {} : { recipe: JSON.parse(JSON.stringify(recipe)) as Partial<AutoRecipe> }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** The options as JSON. */
export function configOf(options: AutoOptions): Json {
  return options as unknown as Json;
}
