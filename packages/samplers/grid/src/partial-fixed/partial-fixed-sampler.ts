import {
  AsktellError,
  contains,
  type Distribution,
  describe,
  drawUniform,
  type FixingSampler,
  type Json,
  type SampleContext,
  type Sampler,
  type SamplerSupport,
  type Scalar,
  savePart,
  show,
} from '@asktell/core';
import { checkPartialFixed, type PartialFixedOptions } from './options.ts';

/**
 * Fixes some parameters and leaves the others to a base sampler, which sees the fixed values. Use it to search around a known
 * point or in a part of a space. The space does not change, so earlier and later trials remain comparable. Equivalent to
 * `createStudy({ sampler: base, fixed })`.
 *
 * The study unwraps this sampler: `study.sampler` is the base, `study.fixed` contains the values. The base receives them in
 * `ctx.fixed`, where enqueued values take precedence. It absorbs the whole history and supports the same features as alone.
 * A fixed parameter of a branch has no effect unless that branch is chosen, so fix the tag of its `oneOf` as well. Points
 * that the study draws itself, because of `where` or `duplicates: 'avoid'`, also have the fixed values. Samplers that
 * enumerate, such as `GridSampler`, end when all points with these values have been tried.
 *
 * @example
 * const sampler = new PartialFixedSampler({ fixed: { lr: 0.1, 'model.svm.c': 1 }, base: new RandomSampler() });
 * const study = await createStudy({ sampler, space });
 */
export class PartialFixedSampler implements FixingSampler {
  static readonly savedName = 'partial-fixed';
  readonly name = 'partial-fixed';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  readonly base: Sampler;
  readonly fixed: ReadonlyMap<string, Scalar>;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: PartialFixedOptions) {
    const { base, fixed } = checkPartialFixed(options);
    this.base = base;
    this.fixed = fixed;
    this.supports = base.supports;
    this.config = {
      version: 1,
      options: { fixed: Object.fromEntries(fixed), base: savePart(base) as unknown as Json },
    };
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @param restore recreates the base sampler from its saved name and options; its errors are passed on
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json, restore: (saved: Json) => Sampler): PartialFixedSampler {
    const { fixed, base } = (options ?? {}) as { readonly fixed?: never; readonly base?: Json };
    return new PartialFixedSampler({ fixed: fixed as never, base: restore(base ?? null) });
  }

  /**
   * Returns the fixed value, otherwise the value sampled by the base.
   * @throws AsktellError `invalid-value` when the fixed value is not a member of `dist`
   */
  sampleOne(state: unknown, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    const { base, fixed } = this;
    if (!fixed.has(name))
      return base.sampleOne === undefined ? drawUniform(dist, ctx.rng(name)) : base.sampleOne(state, ctx, name, dist);
    const value = fixed.get(name) as Scalar;
    if (contains(dist, value)) return value;
    throw new AsktellError(
      'invalid-value',
      `PartialFixedSampler: the fixed value of ${show(name)} must be a member of ${describe(dist)}, not ${show(value)}. Fix another value or change the range.`,
    );
  }
}
