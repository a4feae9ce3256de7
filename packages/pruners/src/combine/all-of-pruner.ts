import type { Json, Pruner } from '@asktell/core';
import { CombinedPruner, restoreMembers } from './combined-pruner.ts';

/**
 * Prunes a trial if all of its members do.
 * @example
 * const pruner = new AllOfPruner([new MedianPruner(), new PatientPruner(null, { patience: 5 })]);
 */
export class AllOfPruner extends CombinedPruner {
  static readonly savedName = 'all-of';
  readonly name = 'all-of';

  /** @throws AsktellError `invalid-argument` */
  constructor(members: readonly Pruner[]) {
    super('AllOfPruner', members);
  }

  /**
   * Restores the pruner from its saved `config.options`.
   * @param restore restores a member from its saved form
   * @throws AsktellError `invalid-argument`, `unknown-pruner`
   */
  static fromConfig(options: Json, restore: (saved: Json) => Pruner): AllOfPruner {
    return new AllOfPruner(restoreMembers('AllOfPruner', options, restore));
  }

  protected combine(answers: readonly boolean[]): boolean {
    return answers.every(Boolean);
  }
}
