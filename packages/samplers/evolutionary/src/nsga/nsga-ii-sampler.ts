import type { Json } from '@asktell/core';
import { crowdedSurvival } from './crowded-survival.ts';
import { NsgaSampler } from './nsga-sampler.ts';
import { checkNsgaOptions, type NsgaIIOptions } from './options.ts';
import type { Survival } from './survival.ts';

/**
 * NSGA-II: evolutionary search for the Pareto front of two or three objectives. Parents are selected by non-domination, then
 * by crowding distance. Asynchronous: every finished trial joins the population immediately (steady state), so workers never
 * wait, late results count, and a study can be resumed at any trial.
 *
 * Infeasible trials rank behind feasible ones, by violation. Failed and pruned trials never become parents. Enqueued trials and
 * trials of other samplers join if they are points of the space. A child inherits the branch of a `oneOf` from a parent, and
 * the parameters of that branch from the parents that have it. If some parameters have few values, the sampler avoids points
 * of finished trials.
 *
 * In a storage shared with Python, Optuna's sampler of the same name can continue the study, and vice versa.
 *
 * Cost: at most O(populationSize² × objectives + parameters) per trial, independent of the number of finished trials. About
 * 4 µs for 50 members and two objectives.
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
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): NsgaIISampler {
    return new NsgaIISampler(options as unknown as NsgaIIOptions);
  }

  protected override survival(): Survival {
    return crowdedSurvival;
  }
}
