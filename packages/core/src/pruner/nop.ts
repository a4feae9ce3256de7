import type { PruneDecision, Pruner } from './pruner.ts';

const keep: PruneDecision = { prune: false };

/** Never prunes. The reference implementation of the contract. */
export class NopPruner implements Pruner {
  readonly name = 'nop';
  readonly config: Pruner['config'] = { version: 1, options: {} };
  readonly reads = 'finished';

  decide(): PruneDecision {
    return keep;
  }
}
