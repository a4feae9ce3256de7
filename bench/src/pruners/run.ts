import { rngFor } from '@asktell/core';

/** Which trials TPE learns from, and how it compares those that were pruned. */
export type PrunedModel = 'all' | 'bracket' | 'rung';

/** A pruner with a sampler: ours by saved name and options, or Optuna's. */
export interface PrunerSpec {
  /** Its name in reports. */
  readonly label: string;
  readonly side: 'asktell' | 'optuna';
  /** The saved name of ours, or the class of Optuna's. */
  readonly name: string;
  readonly options: { readonly [option: string]: unknown };
  /** It compares folds one by one. Report the value of each fold, not the mean so far. */
  readonly readsFolds?: true;
  /** Of ours: which trials TPE learns from. Default `'all'`. */
  readonly model?: PrunedModel;
}

/** One study to run until its steps are used up. */
export interface PrunerTask {
  readonly spec: PrunerSpec;
  readonly table: string;
  readonly seed: number;
  readonly steps: number;
}

/** What one study came to. */
export interface PrunerRun {
  /** Each improvement of the best complete trial: steps spent until then, and its final value. */
  readonly best: readonly (readonly [steps: number, value: number])[];
  readonly trials: number;
  readonly pruned: number;
  readonly seconds: number;
}

/** Steps at which best values are compared. */
export const checkpoints = [100, 200, 400, 800, 1600] as const;

/** The seed of a study, another one on each table. */
export function studySeed({ table, seed }: PrunerTask): number {
  return rngFor(seed, 0, table).int(0, 2 ** 31 - 1);
}

/** The best value of a complete trial after this number of steps. Infinite before the first complete trial. */
export function bestAfter({ best }: PrunerRun, steps: number): number {
  return best.findLast(([spent]) => spent <= steps)?.[1] ?? Number.POSITIVE_INFINITY;
}
