import type { PruneDecision, Pruner } from './pruner.ts';

const keep: PruneDecision = { prune: false };

/** Never prunes. */
export class NopPruner implements Pruner {
  static readonly savedName = 'nop';
  readonly name = 'nop';
  readonly config: Pruner['config'] = { version: 1, options: {} };

  static fromConfig(): NopPruner {
    return new NopPruner();
  }

  decide(): PruneDecision {
    return keep;
  }
}
