import {
  type Checks,
  check,
  checkOptions,
  type Json,
  must,
  type PruneContext,
  type PruneDecision,
  type Pruner,
} from '@asktell/core';

/** Options of {@link ConstraintPruner}. */
export interface ConstraintOptions {
  /** A trial whose total violation is larger is pruned. In the unit of the constraints, 0 or more. */
  readonly limit: number;
  /** First step at which trials can be pruned. Default: 0. */
  readonly warmupSteps?: number;
}

const optionChecks: Checks<ConstraintOptions> = {
  limit: must(
    'a finite number, 0 or more',
    (value) => typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY,
  ),
  warmupSteps: check.count(0),
};

/**
 * Prunes a trial that violates its constraints hopelessly: the sum of its positive constraint values so far is above a limit.
 * Set constraints with `trial.setConstraint` as soon as they are known, before the report. Decisions do not depend on other
 * trials or on the objectives, so it works with several objectives, too. A trial that runs again after its worker died keeps
 * its constraints, so it may be pruned at an earlier step than before.
 *
 * @example new ConstraintPruner({ limit: 20 }); // the latency is 20 ms above its bound: no training will change that
 */
export class ConstraintPruner implements Pruner {
  static readonly savedName = 'constraint';
  readonly name = 'constraint';
  readonly config: { readonly version: number; readonly options: Json };
  readonly limit: number;
  readonly warmupSteps: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: ConstraintOptions) {
    checkOptions('ConstraintPruner', options, optionChecks);
    checkOptions('ConstraintPruner', { limit: options.limit ?? null }, { limit: optionChecks.limit });
    const { limit, warmupSteps = 0 } = options;
    this.limit = limit;
    this.warmupSteps = warmupSteps;
    this.config = { version: 1, options: { limit, warmupSteps } };
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): ConstraintPruner {
    return new ConstraintPruner(options as unknown as ConstraintOptions);
  }

  decide(_state: unknown, { history, number, step }: PruneContext): PruneDecision {
    const stored = history.attribute(number, 'constraints');
    if (step < this.warmupSteps || !Array.isArray(stored)) return { prune: false };
    let violation = 0;
    for (const value of stored) violation += typeof value === 'number' ? Math.max(0, value) : 0;
    return { prune: violation > this.limit };
  }
}
