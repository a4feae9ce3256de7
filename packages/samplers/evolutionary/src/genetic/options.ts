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

/** Options of `GeneticSampler`; all of them are saved with the study. */
export interface GeneticOptions {
  /** How many of the measured points are kept as parents, and how many are drawn uniformly before the first child. Default 20. */
  readonly populationSize?: number;
  /** How parents are chosen. Default a tournament of three. */
  readonly selection?: SelectionOption;
  /** How numeric parameters of parents are combined; choices always come from either parent. Default `'blx'`. */
  readonly crossover?: CrossoverOption;
  /** How children are changed; choices are always redrawn. Default `'polynomial'`. */
  readonly mutation?: MutationOption;
  /** Probability that a child has several parents; else it is a mutated copy of one. Default 0.9. */
  readonly crossoverRate?: number;
  /**
   * How many of the best stay however old they are. When a new point joins a full population, the oldest of the others
   * leaves. Default all: only the worst leaves. 0 forgets lucky measurements of a noisy objective (ageing evolution).
   */
  readonly elitism?: number;
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. */
  readonly seed?: number;
}

/** Options after the check: defaults filled in, operators made. */
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
