import { type ArdPenalty, lowNoisePenalty } from '@asktell/numerics';

/** A way to propose a point. */
export type Arm = 'global' | 'trust' | 'local' | 'quadratic';

/** Candidates and climbs of one search. */
export interface Effort {
  /** Candidates that fill the region. */
  readonly spread: number;
  /** Candidates close to the best points. */
  readonly near: number;
  /** Candidates from which a local search starts. */
  readonly climbs: number;
}

/** The constants of the method. */
export interface GpRecipe {
  /** The arms in turn. */
  readonly arms: readonly Arm[];
  /** How often in a row an arm that finds a new best point goes on. */
  readonly mostStays: number;
  readonly effort: Effort;
  readonly localEffort: Effort;
  /** Bad values are capped this many times the distance of the best value from the median beyond the median. */
  readonly capSpreads: number;
  /** Prior variance of the mean of a global model, in units of the targets' variance. */
  readonly meanVariance: number;
  /** Half the side of the local box, as a share of the range of the best d + 2 points. */
  readonly localRange: number;
  readonly penalty: ArdPenalty;
  readonly noiseFloor: number;
  readonly [lever: string]: unknown;
}

export const ownRecipe: GpRecipe = {
  arms: ['global', 'local', 'trust', 'local', 'quadratic'],
  mostStays: 4,
  effort: { spread: 192, near: 64, climbs: 3 },
  localEffort: { spread: 96, near: 64, climbs: 3 },
  capSpreads: 3,
  meanVariance: 10,
  localRange: 0.75,
  penalty: lowNoisePenalty,
  noiseFloor: 1e-6,
};
