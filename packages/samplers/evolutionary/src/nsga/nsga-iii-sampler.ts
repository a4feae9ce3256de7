import type { Json } from '@asktell/core';
import { referenceDirections } from './das-dennis.ts';
import { NsgaSampler } from './nsga-sampler.ts';
import { type CheckedNsgaOptions, checkNsgaOptions, type NsgaIIIOptions } from './options.ts';
import { referenceSurvival } from './reference-survival.ts';
import type { Survival } from './survival.ts';

/**
 * NSGA-III, for three or more objectives. Like `NsgaIISampler`, but evenly distributed reference directions keep the population
 * diverse instead of crowding distance.
 *
 * Cost: O(populationSize² × objectives + parameters) per trial, independent of the number of finished trials.
 *
 * @example
 * const study = await createStudy({
 *   directions: ['minimize', 'minimize', 'minimize', 'maximize'],
 *   sampler: new NsgaIIISampler({ populationSize: 84 }),
 *   space: { lr: float(1e-5, 1e-1, { log: true }), depth: int(2, 12), act: categorical(['relu', 'gelu']) },
 * });
 */
export class NsgaIIISampler extends NsgaSampler {
  static readonly savedName = 'nsga-iii';
  readonly name = 'nsga-iii';
  protected override readonly generationKey = 'NSGAIIISampler:generation';

  /** @throws AsktellError `invalid-argument` */
  constructor(options: NsgaIIIOptions = {}) {
    super(checkNsgaOptions('NsgaIIISampler', options, ['divisions']));
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): NsgaIIISampler {
    return new NsgaIIISampler(options as unknown as NsgaIIIOptions);
  }

  protected override survival(objectives: number, { populationSize, divisions }: CheckedNsgaOptions): Survival {
    return referenceSurvival(referenceDirections(objectives, populationSize, divisions), objectives);
  }
}
