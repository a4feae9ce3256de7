import { categorical, float, int, type Space } from '@asktell/core';
import { memory, operationLog, testSampler } from '@asktell/testing';
import { CmaEsSampler } from './sampler.ts';

testSampler('cmaes', { make: () => new CmaEsSampler(), storages: [memory, operationLog] });

const numbers: Space = {
  a: float(-5, 5),
  b: float(1e-6, 1, { log: true }),
  c: float(0, 1, { step: 0.125 }),
  d: int(1, 64),
  act: categorical(['relu', 'tanh']),
};
testSampler('cmaes, separable, small population, few choices, final phase', {
  make: () => new CmaEsSampler({ separable: true, populationSize: 4, restarts: 'bipop', budget: 30, seed: 3 }),
  space: numbers,
});
testSampler('cmaes with learning-rate adaptation', {
  make: () => new CmaEsSampler({ adaptLearningRate: true, populationSize: 5, sigma: 0.4 }),
});
