import { badOption, checkKeys, checkOwnSeed, checkWhole, checkWithin } from '../sampler-options.ts';
import { smallestPopulation } from './l-shade.ts';

/** Options of `DifferentialEvolutionSampler`. All of them are saved with the study. */
export interface DifferentialEvolutionOptions {
  /** Initial number of vectors, which is also the number of uniform draws before the first step. At least 4. Default 15. */
  readonly populationSize?: number;
  /** Number of vectors at the end of the budget. At least 4. Default 4. */
  readonly finalPopulationSize?: number;
  /**
   * Expected number of trials of the study. The population shrinks linearly until then. Default: the total given to `optimize`
   * or `ask` (`{ trials: { total: 500 } }`). Without a budget the population shrinks to half its size within 20 trials per
   * vector and stays there. Set a budget if you can: the results at its end are much better.
   */
  readonly budget?: number;
  /** Fraction of best vectors from which the guide of a step is drawn (p in the paper), at least two vectors. Default 0.11. */
  readonly best?: number;
  /** Size of the archive of replaced vectors, as a multiple of the population size. Default 1. */
  readonly archive?: number;
  /** Number of stored pairs of F and CR (H in the paper). Default 6. */
  readonly memory?: number;
  /** Seed of the sampler: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/** Validated options with defaults. */
export interface CheckedDeOptions {
  readonly populationSize: number;
  readonly finalPopulationSize: number;
  readonly budget: number | undefined;
  readonly best: number;
  readonly archive: number;
  readonly memory: number;
  readonly seed: number | undefined;
}

const known = ['populationSize', 'finalPopulationSize', 'budget', 'best', 'archive', 'memory', 'seed'] as const;

/** @throws AsktellError `invalid-argument` */
export function checkDeOptions(sampler: string, options: DifferentialEvolutionOptions): CheckedDeOptions {
  checkKeys(sampler, options, known);
  const whole = (name: 'populationSize' | 'finalPopulationSize' | 'memory', value: number, min: number): number =>
    checkWhole(sampler, name, options[name] ?? value, min);
  const populationSize = whole('populationSize', 15, smallestPopulation);
  const finalPopulationSize = whole('finalPopulationSize', smallestPopulation, smallestPopulation);
  if (finalPopulationSize > populationSize) {
    throw badOption(
      sampler,
      `finalPopulationSize must be at most populationSize (${populationSize}), not ${finalPopulationSize}.`,
    );
  }
  return {
    populationSize,
    finalPopulationSize,
    budget: options.budget === undefined ? undefined : checkWhole(sampler, 'budget', options.budget, 1),
    best: checkWithin(sampler, 'best', options.best ?? 0.11, 0, 1),
    archive: checkWithin(sampler, 'archive', options.archive ?? 1, 0, 100),
    memory: whole('memory', 6, 1),
    seed: checkOwnSeed(sampler, options.seed),
  };
}
