import { memory, operationLog, testPruner } from '@asktell/testing';
import { HyperbandPruner } from './hyperband-pruner.ts';
import { PashaPruner } from './pasha-pruner.ts';
import { SuccessiveHalvingPruner } from './successive-halving-pruner.ts';

const storages = [memory, operationLog];
const dependsOnOrder = 'the first complete trial settles the resource';

testPruner('successive halving', { make: () => new SuccessiveHalvingPruner(), storages, dependsOnOrder });
testPruner('successive halving from step 2', {
  make: () => new SuccessiveHalvingPruner({ minResource: 2, reductionFactor: 2, minEarlyStoppingRate: 1 }),
});
testPruner('hyperband', { make: () => new HyperbandPruner(), storages, dependsOnOrder });
testPruner('hyperband over 9 steps', { make: () => new HyperbandPruner({ maxResource: 9, reductionFactor: 2 }) });
testPruner('pasha', {
  make: () => new PashaPruner({ minResource: 1, reductionFactor: 2 }),
  storages,
  dependsOnOrder: 'the highest rung rises while trials finish',
});
