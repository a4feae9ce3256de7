import { arbitrarySpace, memory, mixedSpace, operationLog, type Skip, testSampler } from '@asktell/testing';
import { QmcSampler } from './qmc-sampler.ts';

const endless = (storage: string): Skip => ({
  law: `eight workers try every point once and then the study is exhausted (${storage})`,
  reason: 'a sequence never ends; qmc-workers.test.ts checks the points of eight workers',
});

testSampler('qmc', {
  make: () => new QmcSampler(),
  spaces: arbitrarySpace(),
  space: mixedSpace,
  storages: [memory, operationLog],
  skip: [endless(memory.name), endless(operationLog.name)],
});

testSampler('qmc on finite spaces, Halton with its own seed', {
  make: () => new QmcSampler({ sequence: 'halton', seed: 5 }),
  skip: [endless(memory.name)],
});
