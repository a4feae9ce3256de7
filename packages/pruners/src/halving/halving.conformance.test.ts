import { memory, operationLog, testPruner } from '@asktell/testing';
import { HyperbandPruner } from './hyperband-pruner.ts';
import { SuccessiveHalvingPruner } from './successive-halving-pruner.ts';

testPruner('successive halving', { make: () => new SuccessiveHalvingPruner(), storages: [memory, operationLog] });
testPruner('successive halving from step 2', {
  make: () => new SuccessiveHalvingPruner({ minResource: 2, reductionFactor: 2, minEarlyStoppingRate: 1 }),
});
testPruner('hyperband', { make: () => new HyperbandPruner(), storages: [memory, operationLog] });
testPruner('hyperband over 9 steps', { make: () => new HyperbandPruner({ maxResource: 9, reductionFactor: 2 }) });
