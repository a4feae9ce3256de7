import {
  AsktellError,
  type Distribution,
  drawUniform,
  type Json,
  type SampleContext,
  type Sampler,
  type SamplerSupport,
  type Scalar,
  show,
} from '@asktell/core';

/** Options of {@link RandomSampler}. */
export interface RandomOptions {
  /** Seed of the sampler: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/**
 * Draws every parameter independently and uniformly. Log ranges are uniform on the logarithm; choices and steps have equal
 * probability. A baseline: it does not learn from results, so its cost does not grow. Works with any space and any number of
 * objectives.
 *
 * @example
 * const study = await createStudy({ sampler: new RandomSampler({ seed: 1 }) });
 */
export class RandomSampler implements Sampler<undefined> {
  static readonly savedName = 'random';
  readonly name = 'random';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true };
  declare readonly seed?: number;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: RandomOptions = {}) {
    if (typeof options !== 'object' || options === null || Array.isArray(options)) {
      throw bad(`options must be an object such as { seed: 1 }, not ${show(options)}.`);
    }
    for (const key of Object.keys(options))
      if (key !== 'seed') throw bad(`there is no option ${show(key)}. The only option is seed.`);
    const { seed } = options;
    if (seed !== undefined) {
      if (!Number.isSafeInteger(seed) || seed < 0)
        throw bad(`seed must be a whole number from 0 to 2^53 - 1, not ${show(seed)}.`);
      this.seed = seed;
    }
    this.config = { version: 1, options: seed === undefined ? {} : { seed } };
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): RandomSampler {
    return new RandomSampler(options as unknown as RandomOptions);
  }

  /** Draws from the stream of (seed, trial number, name), so other parameters and the order of suggestions have no influence. */
  sampleOne(_state: undefined, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return drawUniform(dist, ctx.rng(name));
  }
}

function bad(message: string): AsktellError {
  return new AsktellError('invalid-argument', `RandomSampler: ${message}`);
}
