import { memory, operationLog, testPruner } from '@asktell/testing';
import { ParetoPruner } from './pareto-pruner.ts';

testPruner('pareto', {
  make: () => new ParetoPruner(),
  storages: [memory, operationLog],
  dependsOnOrder: 'the first complete trial settles the resource',
});
testPruner('pareto from step 1', { make: () => new ParetoPruner({ minResource: 1, reductionFactor: 2 }) });
