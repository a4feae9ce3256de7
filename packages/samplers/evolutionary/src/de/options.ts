import { badOption, checkKeys, checkOwnSeed, checkWhole, checkWithin } from '../sampler-options.ts';
import { smallestPopulation } from './l-shade.ts';

/** Options of `DifferentialEvolutionSampler`; all of them are saved with the study. */
export interface DifferentialEvolutionOptions {
  /** How many vectors there are at the start, 4 at least; so many uniform draws come first. Default 15. */
  readonly populationSize?: number;
  /** How many vectors there are when the budget is used up, 4 at least. Default 4. */
  readonly finalPopulationSize?: number;
  /**
   * How many trials the study will have: the population shrinks linearly until then. Default: the total that `optimize` or
   * `ask` was given (`{ trials: { total: 500 } }`). Without any, the population shrinks to half its size in 20 trials per
   * vector and stays so; with one, results at its end are much better.
   */
  readonly budget?: number;
  /** Share of the best vectors from which the guide of a step is drawn (p), two at least. Default 0.11. */
  readonly best?: number;
  /** Size of the archive of beaten vectors, as a multiple of the population. Default 1. */
  readonly archive?: number;
  /** How many pairs of F and CR are remembered (H). Default 6. */
  readonly memory?: number;
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. */
  readonly seed?: number;
}

/** Options after the check: defaults filled in. */
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
  const whole = (name: 'populationSize' | 'finalPopulationSize' | 'memory', value: number, least: number): number =>
    checkWhole(sampler, name, options[name] ?? value, least);
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
