import type { Sampler } from '@asktell/core';
import { TpeSampler } from '@asktell/sampler-bayesian';
import { HypergradientSampler as OverBase, type HypergradientOptions as WithBase } from '@asktell/sampler-gradient';

/** Options of {@link HypergradientSampler}. They are saved with the study, the base sampler as its name and options. */
export interface HypergradientOptions extends Omit<WithBase, 'base'> {
  /**
   * Proposes everything that no gradient determines: ints, choices, parameters without a derivative, and all parameters
   * of trials that do not follow a gradient. Default: `new TpeSampler()`.
   */
  readonly base?: Sampler;
}

/**
 * The `HypergradientSampler` of `@asktell/sampler-gradient` with TPE as its default base: it follows the gradients that are
 * told with the values.
 *
 * @example
 * const study = await createStudy({ sampler: new HypergradientSampler(), space: { x: float(-5, 5) } });
 * const trial = await study.ask();
 * await study.tell(trial, trial.params.x ** 2, { gradient: { x: 2 * trial.params.x } });
 */
export class HypergradientSampler extends OverBase {
  /** @throws AsktellError `invalid-argument` */
  constructor(options: HypergradientOptions = {}) {
    const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
    // Anything else is passed on, and refused there.
    super(isObject ? { ...options, base: options.base ?? new TpeSampler() } : (options as unknown as WithBase));
  }
}
