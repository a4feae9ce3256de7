import { memory, operationLog, testSampler } from '@asktell/testing';
import { TpeSampler } from './sampler.ts';

testSampler('tpe', { make: () => new TpeSampler({ startupTrials: 4 }), storages: [memory, operationLog] });
testSampler('tpe, one density per parameter', {
  make: () => new TpeSampler({ startupTrials: 4, multivariate: false }),
});
testSampler("tpe with Optuna's densities", { make: () => new TpeSampler({ startupTrials: 4, recipe: 'optuna' }) });
