/** The choices inside the estimator. Users meet two of them as options; the others are here to be measured one by one. */
export interface Recipe {
  /** How many candidates are drawn from the good density for each proposal. */
  readonly candidates: number;
  /** Weight of the prior beside the observations, which have weights up to 1. */
  readonly priorWeight: number;
  /** Share of the trials that count as good, and how many at most. */
  readonly goodShare: number;
  readonly goodLimit: number;
  /** The least bandwidth, in units of the range, after `n` trials with `m` kernels. */
  readonly floor: (n: number, m: number) => number;
  /** Kernels of the bad density: all as wide as the floor, or each as wide as the gap to its neighbours (slower). */
  readonly badKernels: 'floor' | 'neighbours';
  /** How many trials the bad density is made of at most; beyond, an age-weighted sample of them. */
  readonly badLimit: number;
}

/** Newest trials that keep their full weight in the bad density. */
export const newestInFull = 25;

/**
 * Starts at 3 % of the range and narrows from 200 trials on to 1 %, in steps of √2 so that cached normalisers change rarely.
 * Measured: reports of `npm run bench:quality`, see docs/tpe.md.
 */
export function shrinkingFloor(n: number): number {
  if (n <= 200) return 0.03;
  const halvings = Math.floor(2 * Math.log2(n / 200)) / 2;
  return Math.max(0.01, 0.03 * 2 ** -halvings);
}

/** What `TpeSampler` does unless told otherwise. */
export const ownRecipe: Recipe = {
  candidates: 24,
  priorWeight: 1,
  goodShare: 0.1,
  goodLimit: 25,
  floor: (n, m) => Math.max(shrinkingFloor(n), (m + 2) ** -2),
  badKernels: 'floor',
  badLimit: 1000,
};

/** The densities of Optuna 5.0. */
export const optunaRecipe: Recipe = {
  ...ownRecipe,
  floor: (_, m) => 1 / Math.min(100, m + 2),
  badKernels: 'neighbours',
  badLimit: Number.POSITIVE_INFINITY,
};

/** Number of good trials among `n`. */
export function goodCount(recipe: Recipe, n: number): number {
  return Math.min(Math.ceil(recipe.goodShare * n), recipe.goodLimit);
}
