import { check, checkOptions, type Json } from '@asktell/core';
import { type SavedTrial, type SourceStudy, type SourceTrial, savedTrials } from './prior/source-trials.ts';
import { type GpRecipe, recipeChecks } from './recipe.ts';

/** Options of `GpSampler`. All of them are saved with the study. */
export interface GpOptions {
  /**
   * Whether the objective always returns the same value for the same parameters. If so, models interpolate the values.
   * Otherwise they learn the variance of the noise. Default: `false`.
   */
  readonly deterministic?: boolean;
  /**
   * Earlier studies with the same parameters, objective and direction, or a list of trials for each. The models know
   * them before the first trial and learn how far to trust them. At most 200 trials are saved with the study: the
   * lowest and the highest values of each list, and others in between. Trials are ignored if they are not complete, are
   * infeasible or have no finite value, if they are not points of the space, and in a study with several objectives.
   *
   * A study counts with its trials as they were last read. Await `study.trials()` before, so that none is missing.
   *
   * @example new GpSampler({ from: [earlier] })
   */
  readonly from?: readonly (SourceStudy | readonly SourceTrial[])[];
  /**
   * Constants of the method, for comparisons and research: some fields of {@link GpRecipe}, which override the
   * defaults.
   */
  readonly recipe?: Partial<GpRecipe>;
  /** Whole number from 0 to 2^53 - 1. Replaces the seed of the study. */
  readonly seed?: number;
}

/** Checked options as plain data. */
export interface SavedGpOptions {
  readonly deterministic?: boolean;
  readonly from?: readonly (readonly SavedTrial[])[];
  readonly recipe?: Partial<GpRecipe>;
  readonly seed?: number;
}

/**
 * Checks options and returns a copy without undefined fields, from which the sampler can be recreated.
 * @throws AsktellError `invalid-argument`
 */
export function checkGpOptions(options: unknown): SavedGpOptions {
  checkOptions('GpSampler', options, {
    deterministic: check.boolean,
    from: check.anything,
    recipe: check.object,
    seed: check.seed,
  });
  const { deterministic, from, recipe, seed } = options as GpOptions;
  if (recipe !== undefined) checkOptions('GpSampler: recipe', recipe, recipeChecks);
  return {
    ...(deterministic === undefined ? {} : { deterministic }),
    ...(from === undefined ? {} : { from: savedTrials(from) }),
    // A copy, so that later changes to the caller's object do not affect the sampler.
    ...(recipe === undefined ? {} : { recipe: JSON.parse(JSON.stringify(recipe)) as Partial<GpRecipe> }),
    ...(seed === undefined ? {} : { seed }),
  };
}

/** The options as JSON. */
export function configOf(options: SavedGpOptions): Json {
  return options as unknown as Json;
}
