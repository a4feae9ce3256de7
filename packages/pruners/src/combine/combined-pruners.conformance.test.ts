import { testPruner } from '@asktell/testing';
import { SuccessiveHalvingPruner } from '../halving/successive-halving-pruner.ts';
import { PatientPruner } from '../patient/patient-pruner.ts';
import { MedianPruner } from '../percentile/median-pruner.ts';
import { WilcoxonPruner } from '../wilcoxon/wilcoxon-pruner.ts';
import { AllOfPruner } from './all-of-pruner.ts';
import { AnyOfPruner } from './any-of-pruner.ts';

testPruner('any of median and successive halving', {
  make: () =>
    new AnyOfPruner([new MedianPruner({ startupTrials: 2 }), new SuccessiveHalvingPruner({ minResource: 1 })]),
});
testPruner('all of median, patience and any of others', {
  make: () =>
    new AllOfPruner([
      new MedianPruner({ startupTrials: 2 }),
      new PatientPruner(null, { patience: 0 }),
      new AnyOfPruner([new WilcoxonPruner({ pThreshold: 0.5 }), new SuccessiveHalvingPruner({ minResource: 1 })]),
    ]),
});
