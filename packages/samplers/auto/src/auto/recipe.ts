import { type Check, type Checks, check, must } from '@asktell/core';
import type { GpRecipe } from '@asktell/sampler-bayesian';

/**
 * Constants of the choice. Their measured effects are in docs/auto.md. A recipe is plain data and is saved with the study.
 */
export interface AutoRecipe {
  /** Number of trials that Gaussian processes propose before another sampler takes over. */
  readonly modelTrials: number;
  /** The same if noise was told, if all parameters are choices, or if there are branches. */
  readonly mostModelTrials: number;
  /** Share of a known total at whose end Gaussian processes refine the best point. */
  readonly endShare: number;
  /** Maximum number of trials at the end of a known total that Gaussian processes propose. */
  readonly mostEndTrials: number;
  /** Maximum total for that. Gaussian processes forget a study with more trials. */
  readonly mostEndTotal: number;
  /** Spaces with branches and more parameters than this are searched by Gaussian processes and TPE in turn. */
  readonly widest: number;
  /** Number of trials after which Gaussian processes and TPE take turns with noise or several objectives. */
  readonly alternateAfter: number;
  /** Total from which CMA-ES proposes cheap trials from the start. */
  readonly cheapTotal: number;
  /** Number of cheap trials after which CMA-ES proposes if the total is unknown. */
  readonly cheapTrials: number;
  /** Number of cheap trials from which NSGA-II proposes for several objectives. */
  readonly cheapFrontTotal: number;
  /** Constants of the Gaussian processes. */
  readonly gp: Partial<GpRecipe>;
}

/** The default recipe of `AutoSampler`. */
export const ownRecipe: AutoRecipe = {
  modelTrials: 200,
  mostModelTrials: 400,
  endShare: 0.1,
  mostEndTrials: 100,
  mostEndTotal: 3000,
  widest: 12,
  alternateAfter: 50,
  cheapTotal: 200,
  cheapTrials: 100,
  cheapFrontTotal: 1000,
  gp: {},
};

const share: Check = must('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1);

export const recipeChecks: Checks<AutoRecipe> = {
  modelTrials: check.count(1),
  mostModelTrials: check.count(1),
  endShare: share,
  mostEndTrials: check.count(0),
  mostEndTotal: check.count(0),
  widest: check.count(0),
  alternateAfter: check.count(0),
  cheapTotal: check.count(0),
  cheapTrials: check.count(0),
  cheapFrontTotal: check.count(0),
  gp: check.object,
};
