import type { TrialHistory } from '../history/history.ts';
import type { StateFold } from '../history/state-fold.ts';
import type { Json } from '../json.ts';
import type { Rng } from '../rng/rng.ts';

/** Everything that a pruner may use to decide about one trial at one step. */
export interface PruneContext {
  /** Name of the study. */
  readonly study: string;
  /** Number of the trial, and its row in `history`. */
  readonly number: number;
  /** The largest step that the trial's current worker has reported. */
  readonly step: number;
  /** The study now. `history.reports(number)` contains this trial's reports up to and including `step`. */
  readonly history: TrialHistory;
  /** A new stream that depends on the study's seed, the trial number, the step and `purpose` only. */
  rng(purpose: string): Rng;
}

/** The decision of a pruner about one trial at one step. */
export interface PruneDecision {
  /** Whether the trial should stop. */
  readonly prune: boolean;
  /**
   * System attributes to store with the trial, such as Optuna's `completed_rung_0`. `history.attribute` returns them.
   */
  readonly attrs?: { readonly [key: string]: Json };
}

/** Context of a pruner's {@link StateFold}. */
export interface PrunerFoldContext {
  /** Name of the study. */
  readonly study: string;
  /** The study. It may already contain trials that finished after the absorbed one: do not read them. */
  readonly history: TrialHistory;
}

/**
 * Stops unpromising trials early. Keep nothing on the instance: one pruner object may
 * serve several studies.
 */
export interface Pruner<S = unknown> {
  /** Saved with the study. Equal to `savedName` of the class that restores the pruner. */
  readonly name: string;
  /**
   * Saved with the study. `options` is JSON from which `fromConfig` recreates the pruner. `version` is the version of
   * that format.
   */
  readonly config: { readonly version: number; readonly options: Json };
  /**
   * Which trials it compares with. `'finished'` (default): finished trials only. `'running'`: running trials, too.
   * Their reports are then read from the storage before each decision.
   */
  readonly reads?: 'finished' | 'running';
  /** How the state is built from finished trials. Without it, `state` is `undefined`. */
  readonly fold?: StateFold<S, PrunerFoldContext>;
  /**
   * The group of a trial, a whole number from 0 on. The pruner compares trials of one group only, such as a bracket of
   * Hyperband. Samplers read it as `history.group(row)`. It must depend on the arguments only, because trials of other
   * programs have groups, too. Without it, all trials are in group 0.
   */
  group?(study: string, number: number): number;
  /** Decides whether to stop a running trial that has reported at least one step. Must not change the state. */
  decide(state: S, ctx: PruneContext): PruneDecision;
}
