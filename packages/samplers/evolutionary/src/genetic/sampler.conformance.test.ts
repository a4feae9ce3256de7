import { memory, operationLog, testSampler } from '@asktell/testing';
import { GeneticSampler } from './sampler.ts';

const storages = [memory, operationLog];

testSampler('genetic', { make: () => new GeneticSampler({ populationSize: 8 }), storages });
