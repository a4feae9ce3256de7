import { type Checks, check } from '@asktell/core';

/** Constants of the choice. A recipe is plain data and is saved with the study. */
export interface AutoRecipe {
  readonly handOver: number;
  readonly handOverPerParam: number;
  readonly warm: string;
  readonly every: number;
  readonly minTotal: number;
  readonly finalPhase: number;
}
export const ownRecipe: AutoRecipe = { handOver: 200, handOverPerParam: 0, warm: 'warm', every: 0, minTotal: 0, finalPhase: 1 };
export const recipeChecks: Checks<AutoRecipe> = {
  handOver: check.count(0),
  handOverPerParam: check.count(0),
  warm: check.string,
  every: check.count(0),
  minTotal: check.count(0),
  finalPhase: check.count(0),
};
