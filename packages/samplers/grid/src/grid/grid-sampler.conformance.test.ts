import { cardinality, type Distribution, fromUnit, nthInternal, type Scalar, toExternal } from '@asktell/core';
import { cellLaws, memory, operationLog, runLaws, type SamplerTarget, testSampler } from '@asktell/testing';
import { GridSampler } from './grid-sampler.ts';

/** Up to four values of a parameter. */
function someOf(dist: Distribution): readonly Scalar[] {
  const n = cardinality(dist);
  if (n <= 4) return Array.from({ length: n }, (_, k) => toExternal(dist, nthInternal(dist, k)));
  return [...new Set([0.1, 0.4, 0.6, 0.9].map((u) => toExternal(dist, fromUnit(dist, u))))];
}

/** In a declared finite space the sampler needs no options. A define-by-run study needs a list of values. */
function make({ space, params }: SamplerTarget): GridSampler {
  if (space !== null) return new GridSampler();
  return new GridSampler({ grid: Object.fromEntries(params.map(({ name, dist }) => [name, someOf(dist)])) });
}

testSampler('grid', { make, storages: [memory, operationLog] });

runLaws('cells: grid', cellLaws, { ...operationLog, exclusive: () => new GridSampler() }, []);
