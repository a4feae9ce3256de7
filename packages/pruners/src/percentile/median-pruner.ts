import type { Json } from '@asktell/core';
import { checkRules, type PercentileOptions, PercentilePruner, presentNames } from './percentile-pruner.ts';

/**
 * Stops a trial whose best value so far is worse than the median of what the complete trials had reported at the same step:
 * {@link PercentilePruner} at 50. The median stopping rule of Golovin et al., Google Vizier: A Service for Black-Box Optimization (2017),
 * as Optuna has it.
 *
 * @example
 * const study = await createStudy({ pruner: new MedianPruner({ startupTrials: 5, warmupSteps: 10 }) });
 */
export class MedianPruner extends PercentilePruner {
  static override readonly savedName: string = 'median';
  override readonly name: string = 'median';
  override readonly config: { readonly version: number; readonly options: Json };

  /** @throws AsktellError `invalid-argument` */
  constructor(options: PercentileOptions = {}) {
    const rules = checkRules('MedianPruner', options);
    super(50, rules);
    this.config = { version: 1, options: { ...rules } };
  }

  /**
   * Makes the pruner again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static override fromConfig(options: Json): MedianPruner {
    return new MedianPruner(presentNames(options) as PercentileOptions);
  }
}
