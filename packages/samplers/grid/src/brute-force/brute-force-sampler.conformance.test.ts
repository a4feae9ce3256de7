import { cardinality, type Distribution, type SampleContext } from '@asktell/core';
import { cellLaws, memory, operationLog, runLaws, type SamplerTarget, testSampler } from '@asktell/testing';
import { BruteForceSampler, type BruteForceState } from './brute-force-sampler.ts';

/** The define-by-run trials of the suite also suggest a continuous parameter. Here it gets four values. */
class Stepping extends BruteForceSampler {
  override sampleOne(state: BruteForceState, ctx: SampleContext, name: string, dist: Distribution) {
    if (cardinality(dist) < Number.POSITIVE_INFINITY) return super.sampleOne(state, ctx, name, dist);
    const { low, high } = dist as { readonly low: number; readonly high: number };
    return super.sampleOne(state, ctx, name, { kind: 'float', low, high, log: false, step: (high - low) / 3 });
  }
}

const make = ({ space }: SamplerTarget) => (space === null ? new Stepping() : new BruteForceSampler());

const reason =
  'overlapping define-by-run trials are kept apart by the current suggestions of other trials, which are not stored';

testSampler('brute-force', {
  make,
  storages: [memory, operationLog],
  skip: [
    'proposals of two overlapping workers are reproduced from the log before them (define-by-run)',
    'proposals of two overlapping workers are reproduced from the log before them (define-by-run, no duplicates)',
    ...['memory', 'operation log'].flatMap((storage) => [
      `two overlapping workers get the same trials as on the operation log (define-by-run, ${storage})`,
      `proposals of concurrent workers are reproduced from the storage (define-by-run, ${storage})`,
    ]),
  ].map((law) => ({ law, reason })),
});

runLaws('cells: brute-force', cellLaws, { ...operationLog, exclusive: () => new BruteForceSampler() }, []);
