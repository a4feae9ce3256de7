import { BranchSampler, memory, operationLog, PendingSampler, PopulationSampler, testSampler } from '@asktell/testing';
import { HypergradientSampler } from './sampler.ts';

const storages = [memory, operationLog];

for (const [name, make] of [
  ['population', () => new PopulationSampler()],
  ['pending', () => new PendingSampler()],
  ['branch', () => new BranchSampler()],
] as const) {
  testSampler(`hypergradient over ${name}`, { make: () => new HypergradientSampler({ base: make() }), storages });
}
