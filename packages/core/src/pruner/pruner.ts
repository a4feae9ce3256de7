import type { TrialHistory } from '../history/history.ts';
import type { Json } from '../json.ts';
import type { Rng } from '../rng/rng.ts';

/** What a pruner may look at when it decides about one trial at one step. */
export interface PruneContext {
  readonly number: number;
  /** The step last reported. */
  readonly step: number;
  /** The study now. `history.reports(number)` holds this trial's reports, the newest included. */
  readonly history: TrialHistory;
  rng(purpose: string): Rng;
}

export interface PruneDecision {
  readonly prune: boolean;
  /** Stored as a system attribute of the trial when the pruner has to remember something. */
  readonly note?: Json;
}

/**
 * Stops weak trials early. State is a fold over finished trials in finish order, owned by core:
 * `init`, then `absorb` for each; `decide` reads it.
 */
export interface Pruner<S = unknown> {
  readonly name: string;
  readonly config: { readonly version: number; readonly options: Json };
  /** `running`: it compares with trials that are not finished yet, so their reports have to be read as well. */
  readonly reads: 'finished' | 'running';
  init?(history: TrialHistory): S;
  absorb?(state: S, row: number, history: TrialHistory): void;
  clone?(state: S): S;
  decide(state: S, ctx: PruneContext): PruneDecision;
}
