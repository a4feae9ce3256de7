import { memory, operationLog, testSampler } from '@asktell/testing';
import { RandomSampler } from './random-sampler.ts';

testSampler('random', { make: () => new RandomSampler(), storages: [memory, operationLog] });
testSampler('random with a seed of its own', { make: () => new RandomSampler({ seed: 5 }) });
