import { memory, operationLog, testSampler } from '@asktell/testing';
import { RandomSampler } from './random-sampler.ts';

testSampler('random', { make: () => new RandomSampler(), storages: [memory, operationLog] });
testSampler('random with its own seed', { make: () => new RandomSampler({ seed: 5 }) });
