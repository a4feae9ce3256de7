import type { TrialHistory } from '../history/history.ts';
import type { StateFold } from '../history/state-fold.ts';
import type { Json } from '../json.ts';
import type { Rng } from '../rng/rng.ts';

/** What a pruner may look at when it decides about one trial at one step. */
export interface PruneContext {
  /** Name of the study. */
  readonly study: string;
  readonly number: number;
  /** The step last reported. */
  readonly step: number;
  /** The study now. `history.reports(number)` holds this trial's reports, the newest included. */
  readonly history: TrialHistory;
  /** A stream for (study seed, trial number, step, purpose). */
  rng(purpose: string): Rng;
}

export interface PruneDecision {
  readonly prune: boolean;
  /** System attributes to store with the trial, such as Optuna's `completed_rung_0`. Read back by `history.attribute`. */
  readonly attrs?: { readonly [key: string]: Json };
}

/** What a pruner's state may depend on besides the trials. */
export interface PrunerFoldContext {
  /** Name of the study. */
  readonly study: string;
  readonly history: TrialHistory;
}

/** Stops weak trials early. Keep nothing on the instance: one pruner object may serve several studies. */
export interface Pruner<S = unknown> {
  /** Saved with the study. A restorable pruner has the same name as `savedName` of its class. */
  readonly name: string;
  /** Saved with the study; `options` recreate the pruner. */
  readonly config: { readonly version: number; readonly options: Json };
  /** `running`: it compares with unfinished trials, so their reports are read before each decision. Default `finished`. */
  readonly reads?: 'finished' | 'running';
  /** The state, if the pruner has one. */
  readonly fold?: StateFold<S, PrunerFoldContext>;
  decide(state: S, ctx: PruneContext): PruneDecision;
}
