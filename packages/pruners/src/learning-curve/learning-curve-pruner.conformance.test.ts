import { memory, operationLog, testPruner } from '@asktell/testing';
import { LearningCurvePruner } from './learning-curve-pruner.ts';

testPruner('learning curve', { make: () => new LearningCurvePruner(), storages: [memory, operationLog] });
testPruner('learning curve, eager', { make: () => new LearningCurvePruner({ startupTrials: 1, minChance: 0.4 }) });
