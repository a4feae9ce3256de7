import { type Checks, check, checkOptions, type Json, must } from '@asktell/core';
import type { AutoRecipe } from './recipe.ts';

/** Options of `AutoSampler`. They are saved with the study. */
export interface AutoOptions {
  /**
   * What a trial costs. `'cheap'`: a trial takes less than about 20 ms, so a proposal should take less than one. Only
   * samplers that propose in less than a millisecond are used. Default: `'expensive'`.
   */
  readonly cost?: 'cheap' | 'expensive';
  readonly recipe?: Partial<AutoRecipe>;
  /** Whole number from 0 to 2^53 - 1. Replaces the seed of the study. */
  readonly seed?: number;
}

const checks: Checks<AutoOptions> = {
  cost: must("'cheap' or 'expensive'", (value) => value === 'cheap' || value === 'expensive'),
  recipe: check.object,
  seed: check.seed,
};

/**
 * Checks options and returns a copy without undefined fields.
 * @throws AsktellError `invalid-argument`
 */
export function checkAutoOptions(options: unknown): AutoOptions {
  checkOptions('AutoSampler', options, checks);
  const { cost, recipe, seed } = options as AutoOptions;
  return {
    ...(cost === undefined ? {} : { cost }),
    ...(recipe === undefined ? {} : { recipe }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** The options as JSON. */
export function configOf(options: AutoOptions): Json {
  return options as unknown as Json;
}
