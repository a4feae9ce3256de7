import type { Crossover, Mutation, Selection } from '../operators/operator.ts';
import {
  type CrossoverOption,
  type MutationOption,
  makeCrossover,
  makeMutation,
  makeSelection,
  type SelectionOption,
} from '../operators/operator-options.ts';
import { checkKeys, checkOwnSeed, checkWhole, checkWithin } from '../sampler-options.ts';

/** Options of `GeneticSampler`. All of them are saved with the study. */
export interface GeneticOptions {
  /** Number of parents, and of uniform draws before the first child. Default 20. */
  readonly populationSize?: number;
  /** Selects parents. Default: a tournament of three. */
  readonly selection?: SelectionOption;
  /** Combines the numeric parameters of parents. Choices always come from one parent. Default `'blx'`. */
  readonly crossover?: CrossoverOption;
  /** Changes children. Choices are always redrawn. Default `'polynomial'`. */
  readonly mutation?: MutationOption;
  /** Probability that a child has several parents. Otherwise it is a mutated copy of one. Default 0.9. */
  readonly crossoverRate?: number;
  /**
   * Number of best members that age does not remove. When a point joins a full population, the oldest of the other members
   * is removed. Default: all members, so that the worst one is removed. 0 forgets lucky measurements of a noisy objective
   * (ageing evolution).
   */
  readonly elitism?: number;
  /** Seed of the sampler: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/** Validated options with defaults and operators. */
export interface CheckedGeneticOptions {
  readonly populationSize: number;
  readonly selection: Selection;
  readonly crossover: Crossover;
  readonly mutation: Mutation;
  readonly crossoverRate: number;
  readonly elitism: number;
  readonly seed: number | undefined;
}

const known = ['populationSize', 'selection', 'crossover', 'mutation', 'crossoverRate', 'elitism', 'seed'] as const;

/** @throws AsktellError `invalid-argument` */
export function checkGeneticOptions(sampler: string, options: GeneticOptions): CheckedGeneticOptions {
  checkKeys(sampler, options, known);
  const populationSize = checkWhole(sampler, 'populationSize', options.populationSize ?? 20, 2);
  return {
    populationSize,
    selection: makeSelection(sampler, options.selection ?? { kind: 'tournament', size: 3 }),
    crossover: makeCrossover(sampler, options.crossover ?? 'blx'),
    mutation: makeMutation(sampler, options.mutation ?? 'polynomial'),
    crossoverRate: checkWithin(sampler, 'crossoverRate', options.crossoverRate ?? 0.9, 0, 1),
    elitism: checkWhole(sampler, 'elitism', options.elitism ?? populationSize, 0),
    seed: checkOwnSeed(sampler, options.seed),
  };
}
