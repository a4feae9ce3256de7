import { memory, operationLog, testSampler } from '@asktell/testing';
import { DifferentialEvolutionSampler } from './sampler.ts';

const storages = [memory, operationLog];

testSampler('differential evolution', {
  make: () => new DifferentialEvolutionSampler({ populationSize: 8, budget: 60 }),
  storages,
});
