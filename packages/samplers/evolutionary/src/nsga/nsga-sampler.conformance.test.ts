import { memory, operationLog, testSampler } from '@asktell/testing';
import { NsgaIISampler } from './nsga-ii-sampler.ts';
import { NsgaIIISampler } from './nsga-iii-sampler.ts';

const storages = [memory, operationLog];

testSampler('nsga-ii', { make: () => new NsgaIISampler({ populationSize: 8 }), storages });
testSampler('nsga-iii', { make: () => new NsgaIIISampler({ populationSize: 8 }), storages });
