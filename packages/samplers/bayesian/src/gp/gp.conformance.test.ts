import { memory, operationLog, testSampler } from '@asktell/testing';
import { GpSampler } from './sampler.ts';

testSampler('gp', { make: () => new GpSampler(), storages: [memory, operationLog] });
