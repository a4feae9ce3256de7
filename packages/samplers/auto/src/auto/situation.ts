import { type CompiledSpace, isSingle } from '@asktell/core';

/** What the choice depends on. All of it is declared or told: no clock is read. */
export interface Situation {
  /** Whether a proposal must take less than a millisecond. */
  readonly isCheap: boolean;
  readonly kind: SpaceKind;
  readonly objectives: number;
  /** Whether standard errors were told, or a point was measured with different results. */
  readonly isNoisy: boolean;
  /** Whether the last proposal of Gaussian processes that has finished took account of noise. */
  readonly isModelledNoisy: boolean;
  /** Whether trials have parameters that not all trials have, outside of a declared space. */
  readonly hasOwnParams: boolean;
  /** The number of the trial. */
  readonly number: number;
  /** Number of finished trials that the trial sees. */
  readonly finished: number;
  /** Whether derivatives were told with a value. */
  readonly hasGradients: boolean;
  /** Whether CMA-ES has started. */
  readonly hasCmaEs: boolean;
  /** The number of trials that the study will have. `null` if the caller gave none. */
  readonly total: number | null;
}

/** The kind of a space. Parameters with a single value do not count. */
export interface SpaceKind {
  /** Number of parameters, those of all branches included. */
  readonly params: number;
  /** Number of floats and ints. */
  readonly numeric: number;
  /** Whether there are branches. */
  readonly isConditional: boolean;
}

/** Classifies a space. */
export function kindOf({ params }: CompiledSpace): SpaceKind {
  const free = params.filter(({ dist }) => !isSingle(dist));
  return {
    params: free.length,
    numeric: free.filter(({ dist }) => dist.kind !== 'categorical').length,
    isConditional: free.some(({ when }) => when !== null),
  };
}
