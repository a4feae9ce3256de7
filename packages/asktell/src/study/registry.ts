import { NopPruner, type Registry } from '@asktell/core';
import { MedianPruner, PercentilePruner } from '@asktell/pruners';
import { TpeSampler } from '@asktell/sampler-bayesian';
import {
  CmaEsSampler,
  DifferentialEvolutionSampler,
  GeneticSampler,
  NsgaIIISampler,
  NsgaIISampler,
} from '@asktell/sampler-evolutionary';
import { BruteForceSampler, GridSampler, PartialFixedSampler } from '@asktell/sampler-grid';
import { QmcSampler, RandomSampler } from '@asktell/sampler-random';

/** Every sampler and pruner that a stored study may name. */
export const registry: Registry = {
  samplers: {
    tpe: (options) => TpeSampler.fromConfig(options),
    random: (options) => RandomSampler.fromConfig(options),
    qmc: (options) => QmcSampler.fromConfig(options),
    cmaes: (options) => CmaEsSampler.fromConfig(options),
    grid: (options) => GridSampler.fromConfig(options),
    genetic: (options) => GeneticSampler.fromConfig(options),
    'differential-evolution': (options) => DifferentialEvolutionSampler.fromConfig(options),
    'nsga-ii': (options) => NsgaIISampler.fromConfig(options),
    'nsga-iii': (options) => NsgaIIISampler.fromConfig(options),
    'brute-force': (options) => BruteForceSampler.fromConfig(options),
    'partial-fixed': (options, restore) => PartialFixedSampler.fromConfig(options, restore),
  },
  pruners: {
    nop: () => new NopPruner(),
    median: (options) => MedianPruner.fromConfig(options),
    percentile: (options) => PercentilePruner.fromConfig(options),
  },
};
