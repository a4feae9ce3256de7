import {
  AsktellError,
  NopPruner,
  type Pruner,
  type Restorable,
  registryOf,
  restorePruner as restoreOwnPruner,
  restoreSampler as restoreOwnSampler,
  type Sampler,
  type SavedPart,
  show,
} from '@asktell/core';
import {
  AllOfPruner,
  AnyOfPruner,
  ConstraintPruner,
  HyperbandPruner,
  LearningCurvePruner,
  MedianPruner,
  ParetoPruner,
  PashaPruner,
  PatientPruner,
  PercentilePruner,
  RacingPruner,
  SuccessiveHalvingPruner,
  ThresholdPruner,
  WilcoxonPruner,
} from '@asktell/pruners';
import { AutoSampler, StagedSampler } from '@asktell/sampler-auto';
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
import { HypergradientSampler } from '../hypergradient.ts';

/** The samplers and pruners that can be restored from a saved study by name. */
export const builtIn: {
  readonly samplers: readonly Restorable<Sampler>[];
  readonly pruners: readonly Restorable<Pruner>[];
} = {
  samplers: [
    AutoSampler,
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
    StagedSampler,
    HypergradientSampler,
  ],
  pruners: [
    NopPruner,
    MedianPruner,
    PercentilePruner,
    SuccessiveHalvingPruner,
    HyperbandPruner,
    ThresholdPruner,
    PatientPruner,
    WilcoxonPruner,
    RacingPruner,
    PashaPruner,
    ParetoPruner,
    ConstraintPruner,
    LearningCurvePruner,
    AnyOfPruner,
    AllOfPruner,
  ],
};

/**
 * Restores a sampler from its name and its saved `config`.
 * @param samplers additional sampler classes
 * @throws AsktellError `unknown-sampler`, `invalid-argument`
 * @example restoreSampler({ name: 'tpe', version: 1, options: { startupTrials: 20 } })
 */
export function restoreSampler(saved: SavedPart, samplers: readonly Restorable<Sampler>[] = []): Sampler {
  checkPart('restoreSampler', saved);
  return restoreOwnSampler(saved, registryOf('samplers', builtIn.samplers, samplers));
}

/**
 * Restores a pruner from its name and its saved `config`.
 * @param pruners additional pruner classes
 * @throws AsktellError `unknown-pruner`, `invalid-argument`
 * @example restorePruner({ name: 'median', version: 1, options: { warmupSteps: 5 } })
 */
export function restorePruner(saved: SavedPart, pruners: readonly Restorable<Pruner>[] = []): Pruner {
  checkPart('restorePruner', saved);
  return restoreOwnPruner(saved, registryOf('pruners', builtIn.pruners, pruners));
}

function checkPart(where: string, saved: unknown): void {
  if (typeof saved !== 'object' || saved === null)
    throw new AsktellError(
      'invalid-argument',
      `${where}: give an object such as { name, version, options }, not ${show(saved)}.`,
    );
}
