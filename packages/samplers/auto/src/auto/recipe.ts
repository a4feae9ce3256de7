import { type Check, type Checks, check, must } from '@asktell/core';

/**
 * Constants of the choice. Their measured effects are in docs/auto.md. A recipe is plain data and is saved with the study.
 */
export interface AutoRecipe {
  /** Number of trials that Gaussian processes propose before another sampler takes over. */
  readonly modelTrials: number;
  /** The same where nothing else is as good: noise was told, or no parameter is a number. */
  readonly mostModelTrials: number;
  /** Share of a known total at whose end Gaussian processes refine the best point. */
  readonly endShare: number;
  /** Maximum number of trials at the end of a known total that Gaussian processes propose. */
  readonly mostEndTrials: number;
  /** Maximum number of parameters of a space with branches for Gaussian processes. */
  readonly widest: number;
  /** Number of trials that a study with several objectives alternates after. */
  readonly alternateAfter: number;
  /** Total from which cheap trials with one objective are proposed by CMA-ES from the start. */
  readonly cheapTotal: number;
  /** Number of cheap trials from which NSGA-II proposes for several objectives. */
  readonly cheapFrontTotal: number;
}

/** The default recipe of `AutoSampler`. */
export const ownRecipe: AutoRecipe = {
  modelTrials: 200,
  mostModelTrials: 400,
  endShare: 0.1,
  mostEndTrials: 100,
  widest: 12,
  alternateAfter: 50,
  cheapTotal: 200,
  cheapFrontTotal: 1000,
};

const share: Check = must('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1);

export const recipeChecks: Checks<AutoRecipe> = {
  modelTrials: check.count(1),
  mostModelTrials: check.count(1),
  endShare: share,
  mostEndTrials: check.count(0),
  widest: check.count(0),
  alternateAfter: check.count(0),
  cheapTotal: check.count(0),
  cheapFrontTotal: check.count(0),
};
