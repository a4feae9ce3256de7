import type { Json } from '@asktell/core';
import { crowdedSurvival } from './crowded-survival.ts';
import { NsgaSampler } from './nsga-sampler.ts';
import { checkNsgaOptions, type NsgaIIOptions } from './options.ts';
import type { Survival } from './survival.ts';

/**
 * NSGA-II, an evolutionary search for the Pareto front of two or three objectives: children of trials that few others
 * dominate, spread out by crowding distance. Asynchronous: every finished trial joins the population at once (steady state), so workers
 * never wait, late results count, and there is no generation to be finished before a study can be resumed.
 *
 * Infeasible trials stand behind feasible ones, by violation; failed and pruned ones never become parents. Enqueued and
 * foreign trials join if they are points of the space. A child takes the branch of a `oneOf` from a parent, and that
 * branch's parameters from those parents that have it. Where parameters have few values, points are
 * avoided that were finished before.
 *
 * In a storage shared with Python, Optuna's sampler of the same name goes on with the study, and this one with Optuna's.
 *
 * Growth: none; a trial costs O(populationSize² × objectives + parameters) at most, 4 µs for 50 members and two objectives.
 *
 * @example
 * const study = await createStudy({
 *   directions: ['minimize', 'maximize'],
 *   sampler: new NsgaIISampler(),
 *   space: { layers: int(1, 8), width: int(16, 512, { log: true }) },
 * });
 * await study.optimize(({ params }) => [params.layers * params.width, accuracy(params)], { trials: 500 });
 * await study.bestTrials();
 */
export class NsgaIISampler extends NsgaSampler {
  static readonly savedName = 'nsga-ii';
  readonly name = 'nsga-ii';
  protected override readonly generationKey = 'NSGAIISampler:generation';

  /** @throws AsktellError `invalid-argument` */
  constructor(options: NsgaIIOptions = {}) {
    super(checkNsgaOptions('NsgaIISampler', options, []));
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): NsgaIISampler {
    return new NsgaIISampler(options as unknown as NsgaIIOptions);
  }

  protected override survival(): Survival {
    return crowdedSurvival;
  }
}
