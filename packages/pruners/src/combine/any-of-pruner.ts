import type { Json, Pruner } from '@asktell/core';
import { CombinedPruner, restoreMembers } from './combined-pruner.ts';

/**
 * Prunes a trial if any of its members does.
 * @example
 * const pruner = new AnyOfPruner([new ThresholdPruner({ upper: 10 }), new MedianPruner()]);
 */
export class AnyOfPruner extends CombinedPruner {
  static readonly savedName = 'any-of';
  readonly name = 'any-of';

  /** @throws AsktellError `invalid-argument` */
  constructor(members: readonly Pruner[]) {
    super('AnyOfPruner', members);
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @param restore restores a member from its saved form
   * @throws AsktellError `invalid-argument`, `unknown-pruner`
   */
  static fromConfig(options: Json, restore: (saved: Json) => Pruner): AnyOfPruner {
    return new AnyOfPruner(restoreMembers('AnyOfPruner', options, restore));
  }

  protected combine(answers: readonly boolean[]): boolean {
    return answers.some(Boolean);
  }
}
