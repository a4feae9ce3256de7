import type { Json } from '@asktell/core';
import { checkRules, type PercentileOptions, PercentilePruner, withCurrentNames } from './percentile-pruner.ts';

/**
 * Prunes a trial whose best value so far is worse than the median of the values that complete trials reported at the same step. Equals
 * {@link PercentilePruner} with percentile 50.
 *
 * Source: the median stopping rule of Golovin et al., Google Vizier: A Service for Black-Box Optimization (2017), in the variant of
 * Optuna.
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
   * Recreates a pruner from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static override fromConfig(options: Json): MedianPruner {
    return new MedianPruner(withCurrentNames(options) as PercentileOptions);
  }
}
