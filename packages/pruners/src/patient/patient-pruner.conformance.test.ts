import { testPruner } from '@asktell/testing';
import { SuccessiveHalvingPruner } from '../halving/successive-halving-pruner.ts';
import { MedianPruner } from '../percentile/median-pruner.ts';
import { PatientPruner } from './patient-pruner.ts';

testPruner('patience alone', {
  compares: 'bounds',
  make: () => new PatientPruner(null, { patience: 1, minDelta: 0.5 }),
});
testPruner('patience before the median', {
  make: () => new PatientPruner(new MedianPruner({ startupTrials: 1 }), { patience: 0 }),
});
testPruner('patience before successive halving', {
  make: () => new PatientPruner(new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 2 }), { patience: 0 }),
});
