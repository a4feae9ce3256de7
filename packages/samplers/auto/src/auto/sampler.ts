import type {
  Distribution,
  Json,
  Proposal,
  SampleContext,
  Sampler,
  SamplerFoldContext,
  SamplerSupport,
  Scalar,
  StateFold,
} from '@asktell/core';
import { GpSampler } from '@asktell/sampler-bayesian';
import { type AutoOptions, checkAutoOptions, configOf } from './options.ts';

/** State of the sampler. */
export interface AutoStates {
  readonly gp: ReturnType<GpSampler['fold']['init']>;
}

/**
 * Chooses the sampler of each trial.
 *
 * @example
 * const study = await createStudy({ sampler: new AutoSampler() });
 */
export class AutoSampler implements Sampler<AutoStates> {
  static readonly savedName = 'auto';
  readonly name = 'auto';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, pending: true };
  declare readonly seed?: number;
  readonly #gp: GpSampler = new GpSampler();
  readonly fold: StateFold<AutoStates, SamplerFoldContext> = {
    init: (ctx) => ({ gp: this.#gp.fold.init(ctx) }),
    absorb: ({ gp }, row, ctx) => this.#gp.fold.absorb(gp, row, ctx),
  };

  /** @throws AsktellError `invalid-argument` */
  constructor(options: AutoOptions = {}) {
    const given = checkAutoOptions(options);
    if (given.seed !== undefined) this.seed = given.seed;
    this.config = { version: 1, options: configOf(given) };
  }

  /**
   * Recreates a sampler from its saved `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): AutoSampler {
    return new AutoSampler(options as unknown as AutoOptions);
  }

  propose({ gp }: AutoStates, ctx: SampleContext): Proposal {
    return this.#gp.propose(gp, ctx);
  }

  sampleOne({ gp }: AutoStates, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return this.#gp.sampleOne(gp, ctx, name, dist);
  }
}
