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

/** The sampler of `@asktell/sampler-gradient` with a default base. */
export class HypergradientSampler extends OverBase {
  /** @throws AsktellError `invalid-argument` */
  constructor(options: HypergradientOptions = {}) {
    super({ ...options, base: options.base ?? new TpeSampler() });
  }
}
