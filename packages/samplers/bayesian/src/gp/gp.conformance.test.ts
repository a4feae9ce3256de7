import { memory, operationLog, testSampler } from '@asktell/testing';
import { GpSampler } from './sampler.ts';

/** A search with few candidates takes the same paths in a third of the time. */
const few = { spread: 24, near: 16, climbs: 1 };

testSampler('gp', {
  make: () => new GpSampler({ recipe: { effort: few, localEffort: few } }),
  storages: [memory, operationLog],
});
