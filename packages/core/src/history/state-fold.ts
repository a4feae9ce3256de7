/**
 * The state that a sampler or a pruner derives from finished trials, as a fold in finish order: `init`, then `absorb` for
 * each row. Core owns the state. It extends the state as trials finish, rebuilds it after a restart, and goes back to an
 * earlier state when a trial arrives late.
 */
export interface StateFold<S, Context> {
  /** The state before the first trial. */
  init(ctx: Context): S;
  /** Adds one finished trial to the state, in place. */
  absorb(state: S, row: number, ctx: Context): void;
  /** An independent copy. It lets core keep checkpoints, so that a late arrival does not require folding from the start. */
  clone?(state: S): S;
}
