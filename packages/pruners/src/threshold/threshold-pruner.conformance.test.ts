import { testPruner } from '@asktell/testing';
import { ThresholdPruner } from './threshold-pruner.ts';

testPruner('threshold', {
  compares: 'bounds',
  make: () => new ThresholdPruner({ upper: 5 }),
  makeMirrored: () => new ThresholdPruner({ lower: -5 }),
});
testPruner('threshold, two bounds', {
  compares: 'bounds',
  make: () => new ThresholdPruner({ lower: -20, upper: 5, warmupSteps: 2, intervalSteps: 3 }),
  makeMirrored: () => new ThresholdPruner({ lower: -5, upper: 20, warmupSteps: 2, intervalSteps: 3 }),
});
