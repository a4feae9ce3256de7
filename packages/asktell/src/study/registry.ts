import { NopPruner, type Registry } from '@asktell/core';
import { MedianPruner, PercentilePruner } from '@asktell/pruners';
import { TpeSampler } from '@asktell/sampler-bayesian';
import { GridSampler } from '@asktell/sampler-grid';
import { RandomSampler } from '@asktell/sampler-random';

/** Every sampler and pruner that a stored study may name. */
export const registry: Registry = {
  samplers: {
    tpe: (options) => TpeSampler.fromConfig(options),
    random: (options) => RandomSampler.fromConfig(options),
    grid: (options) => GridSampler.fromConfig(options),
  },
  pruners: {
    nop: () => new NopPruner(),
    median: (options) => MedianPruner.fromConfig(options),
    percentile: (options) => PercentilePruner.fromConfig(options),
  },
};
