import { cardinality, fromUnit, nthInternal, type Sampler, toExternal } from '@asktell/core';
import {
  arbitrarySpace,
  BranchSampler,
  memory,
  operationLog,
  PendingSampler,
  PopulationSampler,
  type SamplerTarget,
  testSampler,
} from '@asktell/testing';
import { PartialFixedSampler } from './partial-fixed-sampler.ts';

/** Fixes the parameter `layers`, or the first parameter. */
function fixing(base: Sampler): (target: SamplerTarget) => Sampler {
  return ({ params }) => {
    const param = params.find(({ name }) => name === 'layers') ?? params[0];
    if (param === undefined) return new PartialFixedSampler({ fixed: {}, base });
    const { name, dist } = param;
    const n = cardinality(dist);
    const x = n < 10 ? nthInternal(dist, n >> 1) : fromUnit(dist, 0.6);
    return new PartialFixedSampler({ fixed: { [name]: toExternal(dist, x) }, base });
  };
}

const storages = [memory, operationLog];
// With fixed values `where` may forbid every point. The unit tests cover that.
const spaces = arbitrarySpace({ constraints: false });

for (const [name, make] of [
  ['population', () => new PopulationSampler()],
  ['pending', () => new PendingSampler()],
  ['branch', () => new BranchSampler()],
] as const) {
  testSampler(`partial-fixed over ${name}`, { make: (target) => fixing(make())(target), storages, spaces });
}
