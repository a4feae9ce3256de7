import { log2, pow } from '@asktell/numerics/elementary';

/**
 * Constants of the estimator. Their measured effects are in docs/tpe.md. A recipe is plain data and is saved with the study.
 */
export interface TpeRecipe {
  /** Weight of the prior. Observations have weights up to 1. */
  readonly priorWeight: number;
  /** Share of the trials that are good, in (0, 1). */
  readonly goodShare: number;
  /** Maximum number of good trials. */
  readonly goodLimit: number;
  /** Maximum number of good trials per trial that was not pruned, if there are pruned trials. Two are always allowed. */
  readonly goodPerUnpruned: number;
  /** Initial minimum bandwidth, in units of the range. */
  readonly floorWide: number;
  /** Final minimum bandwidth, in units of the range. */
  readonly floorNarrow: number;
  /** Number of trials after which the minimum bandwidth starts to shrink, in proportion to 1 / trials. */
  readonly floorFrom: number;
  /** The bandwidth in a mixture of `m` kernels is at least (m + 2)^-floorExponent. */
  readonly floorExponent: number;
  /** Minimum bandwidth on stepped axes, in units of the step, or of the width of the kernel's cell if cells differ in width. */
  readonly stepFloor: number;
  /** Bandwidths in the bad density: `'floor'` for the minimum bandwidth, `'neighbours'` for the gap to the neighbouring kernels. */
  readonly badKernels: 'floor' | 'neighbours';
  /** Precision of the sums of the bad density with `badKernels: 'neighbours'`. */
  readonly precision: 'single' | 'double';
  /** Maximum number of trials in the bad density. If there are more, it is built from an age-weighted sample. */
  readonly badLimit: number;
  /** Weight of a pending point in the bad density. 0 ignores pending points. */
  readonly pendingWeight: number;
  /** Whether choices that are numbers, at least three of them, are modelled in ascending order, like ints. */
  readonly orderedChoices: boolean;
}

/** Number of newest trials that have full weight in the bad density. */
export const newestInFull = 25;

/** The default recipe of `TpeSampler`. */
export function ownRecipe(objectives: number): TpeRecipe {
  return {
    priorWeight: 1,
    goodShare: 0.1,
    // A front needs more points than an optimum.
    goodLimit: objectives === 1 ? 25 : 100,
    // More would mostly be pruned trials.
    goodPerUnpruned: 0.5,
    floorWide: 0.15,
    floorNarrow: 0.005,
    floorFrom: 10,
    floorExponent: 1.5,
    stepFloor: 0.35,
    badKernels: 'floor',
    precision: 'single',
    badLimit: 1000,
    pendingWeight: 1,
    orderedChoices: true,
  };
}

/** The recipe of Optuna 5.0. */
export function optunaRecipe(objectives: number): TpeRecipe {
  return {
    priorWeight: 1,
    goodShare: 0.1,
    goodLimit: objectives === 1 ? 25 : 2 ** 31,
    goodPerUnpruned: 2 ** 31,
    floorWide: 0.01,
    floorNarrow: 0.01,
    floorFrom: 1,
    floorExponent: 1,
    stepFloor: 0,
    badKernels: 'neighbours',
    precision: 'single',
    badLimit: 2 ** 31,
    pendingWeight: 1,
    orderedChoices: false,
  };
}

/** Number of good trials among `n`, of which `pruned` were pruned. */
export function goodCount({ goodShare, goodLimit, goodPerUnpruned }: TpeRecipe, n: number, pruned: number = 0): number {
  const count = Math.min(Math.ceil(goodShare * n), goodLimit);
  return pruned === 0 ? count : Math.min(count, Math.max(2, Math.ceil(goodPerUnpruned * (n - pruned))));
}

/**
 * Minimum bandwidth after `n` trials in a mixture of `m` kernels. It shrinks in steps of √2, so that cached normalisers rarely change.
 */
export function floorOf({ floorWide, floorNarrow, floorFrom, floorExponent }: TpeRecipe, n: number, m: number): number {
  const halvings = n <= floorFrom ? 0 : Math.floor(2 * log2(n / floorFrom)) / 2;
  return Math.max(floorNarrow, floorWide * pow(2, -halvings), pow(m + 2, -floorExponent));
}
