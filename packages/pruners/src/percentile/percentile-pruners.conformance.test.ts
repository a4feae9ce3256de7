import { memory, operationLog, testPruner } from '@asktell/testing';
import { MedianPruner } from './median-pruner.ts';
import { PercentilePruner } from './percentile-pruner.ts';

testPruner('median', { make: () => new MedianPruner(), storages: [memory, operationLog] });
testPruner('median, eager', { make: () => new MedianPruner({ startupTrials: 1 }) });
testPruner('percentile 25', {
  make: () => new PercentilePruner(25, { startupTrials: 2, warmupSteps: 1, intervalSteps: 2, minTrials: 2 }),
});
testPruner('percentile 0', { make: () => new PercentilePruner(0, { startupTrials: 0 }) });
testPruner('median of means', { make: () => new MedianPruner({ startupTrials: 1, window: 3 }) });
