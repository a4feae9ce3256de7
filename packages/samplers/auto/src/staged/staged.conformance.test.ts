import { GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import { CmaEsSampler } from '@asktell/sampler-evolutionary';
import { QmcSampler, RandomSampler } from '@asktell/sampler-random';
import {
  arbitrarySpace,
  BranchSampler,
  memory,
  mixedSpace,
  operationLog,
  type Skip,
  testSampler,
} from '@asktell/testing';
import { StagedSampler } from './sampler.ts';

const storages = [memory, operationLog];
const endless: readonly Skip[] = storages.map(({ name }) => ({
  law: `eight workers try every point once and then the study is exhausted (${name})`,
  reason: 'the later stages never end',
}));

testSampler('staged: random, TPE', {
  make: () =>
    new StagedSampler({
      stages: [
        { sampler: new RandomSampler(), trials: 8 },
        { sampler: new TpeSampler(), region: {} },
      ],
    }),
  storages,
});

testSampler('staged: quasi-random, branches, CMA-ES', {
  make: () =>
    new StagedSampler({
      stages: [
        { sampler: new QmcSampler(), trials: 6 },
        { sampler: new BranchSampler(), trials: 10, region: { quantile: 0.4, margin: 0, outside: 0.2 } },
        { sampler: new CmaEsSampler(), region: { outside: 0 } },
      ],
      seed: 5,
    }),
  spaces: arbitrarySpace(),
  space: mixedSpace,
  storages,
  skip: endless,
});

/** A search with few candidates takes the same paths in a third of the time. */
const few = { spread: 24, near: 16, climbs: 1 };

testSampler('staged: TPE, Gaussian process', {
  make: () =>
    new StagedSampler({
      stages: [
        { sampler: new TpeSampler(), trials: 10 },
        { sampler: new GpSampler({ recipe: { effort: few, localEffort: few } }), region: {} },
      ],
    }),
  storages,
});
