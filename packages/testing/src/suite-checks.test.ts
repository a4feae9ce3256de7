import { MemoryStorage, NopPruner } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { testTrialLife } from './life/test-trial-life.ts';
import { testPruner } from './pruner/test-pruner.ts';
import { refused } from './refused.ts';
import { testSampler } from './sampler/test-sampler.ts';
import { testStorage } from './storage/test-storage.ts';

describe('the arguments of a conformance suite', () => {
  it.each<readonly [run: () => void, message: RegExp]>([
    [
      () => testStorage('mine', { make: () => new MemoryStorage() } as never),
      /testStorage.*"make".*options are open, name/,
    ],
    [() => testStorage('mine', {} as never), /testStorage: open must be a function/],
    [() => testStorage({ open: () => new MemoryStorage() } as never, undefined as never), /the name must be a string/],
    [() => testPruner('mine', { make: new NopPruner() } as never), /testPruner: make must be a function/],
    [() => testSampler('mine', undefined as never), /testSampler: options must be an object/],
    [() => testSampler('mine', { make: 1 } as never), /testSampler: make must be a function/],
    [() => testTrialLife('mine', {} as never), /testTrialLife: open must be a function/],
  ])('%s', async (run, message) => {
    expect((await refused('invalid-argument', run)).message).toMatch(message);
  });
});
