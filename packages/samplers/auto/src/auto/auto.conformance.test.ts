import { memory, testSampler } from '@asktell/testing';
import { AutoSampler } from './sampler.ts';

/** A search with few candidates takes the same paths in a third of the time. */
const few = { spread: 24, near: 16, climbs: 1 };
const recipe = { modelTrials: 10, mostModelTrials: 12, gp: { effort: few, localEffort: few } };

// CMA-ES starts after 10 trials, so that the laws cover the change of samplers.
testSampler('auto', {
  make: () => new AutoSampler({ recipe }),
  storages: [memory],
});
testSampler('auto, cheap trials', {
  make: () => new AutoSampler({ cost: 'cheap', recipe: { cheapTrials: 12 } }),
  storages: [memory],
});
