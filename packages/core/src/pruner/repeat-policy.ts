import type { StateFold } from '../history/state-fold.ts';
import type { Json } from '../json.ts';
import type { PruneContext, PrunerFoldContext } from './pruner.ts';

/**
 * What a policy may use to decide whether a trial is measured once more. Repeats are steps: `history.reports(number)` holds
 * the measurements so far, at the steps 0, 1, 2, …
 */
export interface RepeatContext extends PruneContext {
  /** The most measurements of a trial. The policy is not asked when they are reached. */
  readonly max: number;
}

/**
 * Decides how often a noisy objective is measured, in studies with one objective. The value of a trial is the mean of its
 * measurements, whenever it ends. Keep nothing on the instance: one policy may serve several studies.
 */
export interface RepeatPolicy<S = unknown> {
  readonly name: string;
  /** As of a pruner: JSON from which the policy can be created again. */
  readonly config: { readonly version: number; readonly options: Json };
  /** How the state is built from finished trials. Without it, `state` is `undefined`. */
  readonly fold?: StateFold<S, PrunerFoldContext>;
  /**
   * Whether to measure the trial once more. Called after each measurement but the last, and again when a trial with
   * measurements is resumed. Must not change the state.
   */
  again(state: S, ctx: RepeatContext): boolean;
}

/** Measures each trial as often as `max` says. The policy `'fixed'`. */
export const fixedRepeats: RepeatPolicy = {
  name: 'fixed',
  config: { version: 1, options: {} },
  again: () => true,
};
