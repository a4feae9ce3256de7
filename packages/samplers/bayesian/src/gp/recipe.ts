import { type Check, type Checks, check, must } from '@asktell/core';

/** One of the ways in which `GpSampler` proposes a point. docs/gp.md describes them. */
export type Arm = 'global' | 'choices' | 'trust' | 'local' | 'quadratic';

export const allArms: readonly Arm[] = ['global', 'choices', 'trust', 'local', 'quadratic'];

/** Number of candidates and climbs of one search. */
export interface SearchEffort {
  /** Candidates that fill the region. */
  readonly spread: number;
  /** Candidates close to the best points. */
  readonly near: number;
  /** Candidates from which a local search starts. */
  readonly climbs: number;
}

/**
 * Constants of the method. Their measured effects are in docs/gp.md. A recipe is plain data and is saved with the
 * study.
 */
export interface GpRecipe {
  /** The arms, which take turns. `choices` only does where there are both choices and numbers. */
  readonly arms: readonly Arm[];
  /** How often in a row an arm that finds a new best point proposes again. */
  readonly mostStays: number;
  /** Effort of a search in the whole space or in a trust region. */
  readonly effort: SearchEffort;
  /** Effort of a search around the best point. */
  readonly localEffort: SearchEffort;
  /**
   * Values are capped at the median plus this many times the distance between the best value and the median. With several
   * objectives, no value is capped that is at most one range of the front worse than the front.
   */
  readonly capSpreads: number;
  /** Prior variance of the mean of a model of the whole space, in units of the variance of the values. */
  readonly meanVariance: number;
  /** Half the side of the box of the local arm, as a share of the range of the best d + 2 points. */
  readonly localRange: number;
  /** Maximum number of space-filling designs per objective beyond the first, if 1.5 d + 2 are not fewer. */
  readonly mostFirst: number;
  /** Half the side of the box around a point of the front, in units of the range. */
  readonly frontHalf: number;
  /** Minimum noise variance, in units of the variance of the values. */
  readonly noiseFloor: number;
  /** Maximum number of observations in a model. If there are more, a model uses a subset of them. */
  readonly mostPoints: number;
  /** Maximum number of observations from which the parameters of a model are fitted. */
  readonly mostFitted: number;
}

/** The default recipe of `GpSampler`. */
export const ownRecipe: GpRecipe = {
  arms: ['global', 'local', 'trust', 'local', 'quadratic', 'choices'],
  mostStays: 4,
  effort: { spread: 192, near: 64, climbs: 3 },
  localEffort: { spread: 96, near: 64, climbs: 3 },
  capSpreads: 3,
  meanVariance: 10,
  localRange: 0.75,
  mostFirst: 10,
  frontHalf: 0.2,
  noiseFloor: 1e-6,
  mostPoints: 400,
  mostFitted: 200,
};

const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;
const isAbove = (value: unknown, bound: number): boolean =>
  typeof value === 'number' && value > bound && value < Number.POSITIVE_INFINITY;

const checkArms: Check = must(
  `a list of ${allArms.map((arm) => `'${arm}'`).join(', ')}`,
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((arm) => (allArms as readonly unknown[]).includes(arm)),
);

const checkEffort: Check = must('{ spread, near, climbs } with whole numbers of at least 1', (value) => {
  if (typeof value !== 'object' || value === null) return false;
  const { spread, near, climbs, ...rest } = value as { readonly [name: string]: unknown };
  return Object.keys(rest).length === 0 && [spread, near, climbs].every((count) => isWhole(count, 1));
});

const checkPositive: Check = must('a positive number', (value) => isAbove(value, 0));

export const recipeChecks: Checks<GpRecipe> = {
  arms: checkArms,
  mostStays: check.count(0),
  effort: checkEffort,
  localEffort: checkEffort,
  capSpreads: checkPositive,
  meanVariance: must('a number of at least 0', (value) => value === 0 || isAbove(value, 0)),
  localRange: checkPositive,
  mostFirst: check.count(1),
  frontHalf: checkPositive,
  noiseFloor: checkPositive,
  mostPoints: check.count(10),
  mostFitted: check.count(10),
};
