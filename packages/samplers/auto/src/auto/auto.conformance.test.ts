import { memory, operationLog, testSampler } from '@asktell/testing';
import { AutoSampler } from './sampler.ts';

testSampler('auto', { make: () => new AutoSampler(), storages: [memory, operationLog] });
