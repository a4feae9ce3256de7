import { memory, testSampler } from '@asktell/testing';
import { AutoSampler } from './sampler.ts';

// CMA-ES starts after 12 trials, so that the laws cover the change of samplers.
testSampler('auto', {
  make: () => new AutoSampler({ recipe: { modelTrials: 12, mostModelTrials: 16 } }),
  storages: [memory],
});
testSampler('auto, cheap trials', {
  make: () => new AutoSampler({ cost: 'cheap', recipe: { cheapTrials: 12 } }),
  storages: [memory],
});
