import { testPruner } from '@asktell/testing';
import { RacingPruner } from './racing-pruner.ts';

testPruner('racing', { make: () => new RacingPruner() });
testPruner('racing, eager', { make: () => new RacingPruner({ confidence: 0.6, startupTrials: 0 }) });
