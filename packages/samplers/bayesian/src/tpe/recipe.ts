/**
 * The choices inside the estimator, each with its measured effect in docs/tpe.md. Plain data: a recipe is saved with the study.
 */
export interface TpeRecipe {
  /** Weight of the prior beside the observations, which have weights up to 1. */
  readonly priorWeight: number;
  /** Share of the trials that count as good, in (0, 1). */
  readonly goodShare: number;
  /** How many count as good at most. */
  readonly goodLimit: number;
  /** Least bandwidth in units of the range: at first, … */
  readonly floorWide: number;
  /** … in the end, … */
  readonly floorNarrow: number;
  /** … and after how many trials it begins to narrow, in proportion to 1 / trials. */
  readonly floorFrom: number;
  /** With `m` kernels the least bandwidth is (m + 2)^-floorExponent at least. */
  readonly floorExponent: number;
  /** Least bandwidth on stepped axes, in units of the step (the width of the kernel's own cell where steps differ). */
  readonly stepFloor: number;
  /** Kernels of the bad density: all as wide as the floor, or each as wide as the gap to its neighbours. */
  readonly badKernels: 'floor' | 'neighbours';
  /** How exactly the bad density is summed where each kernel is as wide as the gap to its neighbours. */
  readonly precision: 'single' | 'double';
  /** How many trials the bad density is made of at most; beyond, an age-weighted sample of them. */
  readonly badLimit: number;
  /** Weight of a point that is being measured in the bad density; 0: it is not seen. */
  readonly pendingWeight: number;
}

/** Newest trials that keep their full weight in the bad density. */
export const newestInFull = 25;

/** What `TpeSampler` does unless told otherwise. */
export function ownRecipe(objectives: number): TpeRecipe {
  return {
    priorWeight: 1,
    goodShare: 0.1,
    // A front needs more points than an optimum.
    goodLimit: objectives === 1 ? 25 : 100,
    floorWide: 0.15,
    floorNarrow: 0.005,
    floorFrom: 10,
    floorExponent: 1.5,
    stepFloor: 0.35,
    badKernels: 'floor',
    precision: 'single',
    badLimit: 1000,
    pendingWeight: 1,
  };
}

/** The densities of Optuna 5.0. */
export function optunaRecipe(objectives: number): TpeRecipe {
  return {
    priorWeight: 1,
    goodShare: 0.1,
    goodLimit: objectives === 1 ? 25 : 2 ** 31,
    floorWide: 0.01,
    floorNarrow: 0.01,
    floorFrom: 1,
    floorExponent: 1,
    stepFloor: 0,
    badKernels: 'neighbours',
    precision: 'single',
    badLimit: 2 ** 31,
    pendingWeight: 1,
  };
}

/** Number of good trials among `n`. */
export function goodCount({ goodShare, goodLimit }: TpeRecipe, n: number): number {
  return Math.min(Math.ceil(goodShare * n), goodLimit);
}

/**
 * Least bandwidth after `n` trials with `m` kernels. It narrows in steps of √2, so that cached normalisers change rarely.
 */
export function floorOf({ floorWide, floorNarrow, floorFrom, floorExponent }: TpeRecipe, n: number, m: number): number {
  const halvings = n <= floorFrom ? 0 : Math.floor(2 * Math.log2(n / floorFrom)) / 2;
  return Math.max(floorNarrow, floorWide * 2 ** -halvings, (m + 2) ** -floorExponent);
}
