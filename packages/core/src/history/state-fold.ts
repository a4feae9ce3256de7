/**
 * How a sampler or a pruner derives its state from finished trials: a fold over them in finish order, `init` and then
 * `absorb` for each row. Core owns the state. It extends the state as trials finish, rebuilds it after a restart, and
 * returns to an earlier state when a trial with an earlier finish stamp arrives late. The state must therefore depend
 * only on the context and on the rows absorbed so far.
 */
export interface StateFold<S, Context> {
  /** Returns a new state, with no trial absorbed. */
  init(ctx: Context): S;
  /** Adds one finished trial (complete, pruned or failed) to the state, in place. `row` is its number. */
  absorb(state: S, row: number, ctx: Context): void;
  /** Returns an independent copy. Without it, core keeps no checkpoints, and a late arrival refolds all trials. */
  clone?(state: S): S;
}
