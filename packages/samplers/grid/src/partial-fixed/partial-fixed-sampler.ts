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
 * Gives some parameters a value and leaves the others to another sampler, which proposes them in view of what is fixed: for
 * a search around a known point, or in a part of a space. The space stays as it is, so that trials before and after can be
 * compared. The same as `createStudy({ sampler: base, fixed })`.
 *
 * The study takes this sampler apart: `study.sampler` is the base, `study.fixed` the values. The base finds them in
 * `ctx.fixed` together with enqueued values (which take precedence), absorbs the whole history, and supports here what it
 * supports alone. A fixed parameter of a branch that is not chosen has no effect; fix the choice, too. Under
 * `duplicates: 'avoid'`, and where `where` forbids points, what the study draws itself keeps to the fixed values. A sampler
 * that ends, such as the grid, ends when the points that agree with them are used up.
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
   * Makes the sampler again from what its `config.options` were.
   * @param restore makes the base sampler from what was saved of it
   * @throws AsktellError `invalid-argument`, and what `restore` throws
   */
  static fromConfig(options: Json, restore: (saved: Json) => Sampler): PartialFixedSampler {
    const { fixed, base } = (options ?? {}) as { readonly fixed?: never; readonly base?: Json };
    return new PartialFixedSampler({ fixed: fixed as never, base: restore(base ?? null) });
  }

  /**
   * The fixed value, or what the base sampler samples.
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
      `PartialFixedSampler: ${show(value)}, fixed for ${show(name)}, is not a member of ${describe(dist)}. Fix another value or change the range.`,
    );
  }
}
