import {
  NopPruner,
  type Pruner,
  type Restorable,
  registryOf,
  restoreSampler as restore,
  type Sampler,
  type SavedPart,
} from '@asktell/core';
import { MedianPruner, PercentilePruner } from '@asktell/pruners';
import { GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import {
  CmaEsSampler,
  DifferentialEvolutionSampler,
  GeneticSampler,
  NsgaIIISampler,
  NsgaIISampler,
} from '@asktell/sampler-evolutionary';
import { BruteForceSampler, GridSampler, PartialFixedSampler } from '@asktell/sampler-grid';
import { QmcSampler, RandomSampler } from '@asktell/sampler-random';

/** The samplers and pruners that can be restored from a saved study by name. */
export const builtIn: {
  readonly samplers: readonly Restorable<Sampler>[];
  readonly pruners: readonly Restorable<Pruner>[];
} = {
  samplers: [
    TpeSampler,
    GpSampler,
    RandomSampler,
    QmcSampler,
    CmaEsSampler,
    GridSampler,
    GeneticSampler,
    DifferentialEvolutionSampler,
    NsgaIISampler,
    NsgaIIISampler,
    BruteForceSampler,
    PartialFixedSampler,
  ],
  pruners: [NopPruner, MedianPruner, PercentilePruner],
};

/**
 * Restores a sampler from its name and its saved `config`.
 * @param samplers additional sampler classes
 * @throws AsktellError `unknown-sampler`, `invalid-argument`
 * @example restoreSampler({ name: 'tpe', version: 1, options: { startupTrials: 20 } })
 */
export function restoreSampler(saved: SavedPart, samplers: readonly Restorable<Sampler>[] = []): Sampler {
  return restore(saved, registryOf('samplers', builtIn.samplers, samplers));
}
