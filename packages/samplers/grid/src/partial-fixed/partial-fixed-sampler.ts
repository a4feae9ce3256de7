import {
  AsktellError,
  contains,
  type Distribution,
  describe,
  drawUniform,
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
 * Gives some parameters a value and leaves the others to another sampler, which proposes them in view of what is fixed:
 * for a search around a known point, or in a part of a space. The space stays as it is, so the study's trials before and after
 * go together.
 *
 * The base sampler finds the values in `ctx.fixed` beside enqueued ones (which win), absorbs the whole history, and supports here
 * what it supports alone. A fixed parameter of a branch that is not chosen does not matter; fix the choice too.
 * Under `duplicates: 'avoid'`, and where `where` forbids points, what the study draws itself keeps to the fixed values; a
 * sampler that ends, such as the grid, ends when the points that agree with them are used up.
 *
 * @example
 * const sampler = new PartialFixedSampler({ fixed: { lr: 0.1, 'model.svm.c': 1 }, base: new RandomSampler() });
 * const study = await createStudy({ sampler, space });
 */
export class PartialFixedSampler implements Sampler {
  readonly name = 'partial-fixed';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  readonly fixes: ReadonlyMap<string, Scalar>;
  /** Of the base sampler. */
  declare readonly seed?: number;
  /** Of the base sampler. */
  declare readonly generationKey?: string;
  declare readonly init?: NonNullable<Sampler['init']>;
  declare readonly absorb?: NonNullable<Sampler['absorb']>;
  declare readonly clone?: NonNullable<Sampler['clone']>;
  declare readonly propose?: NonNullable<Sampler['propose']>;
  readonly #base: Sampler;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: PartialFixedOptions) {
    const { base, fixes } = checkPartialFixed(options);
    this.#base = base;
    this.fixes = fixes;
    this.supports = base.supports;
    if (base.seed !== undefined) this.seed = base.seed;
    if (base.generationKey !== undefined) this.generationKey = base.generationKey;
    this.config = {
      version: 1,
      options: { fixed: Object.fromEntries(fixes), base: savePart(base) as unknown as Json },
    };
    // Only what the base can do: the study asks a sampler by the methods that it has.
    const { init, absorb, clone, propose } = base;
    if (init !== undefined) {
      this.init = (space, history, seed, outer) =>
        init.call(base, space, history, seed, outer === undefined ? fixes : new Map([...fixes, ...outer]));
    }
    if (absorb !== undefined) this.absorb = absorb.bind(base);
    if (clone !== undefined) this.clone = clone.bind(base);
    if (propose !== undefined) this.propose = propose.bind(base);
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @param restore makes the base sampler from what was saved of it
   * @throws AsktellError `invalid-argument`, and whatever `restore` throws
   */
  static fromConfig(options: Json, restore: (saved: Json) => Sampler): PartialFixedSampler {
    const { fixed, base } = (options ?? {}) as { readonly fixed?: never; readonly base?: Json };
    return new PartialFixedSampler({ fixed: fixed as never, base: restore(base ?? null) });
  }

  /**
   * Define-by-run: the fixed value, or what the base sampler says.
   * @throws AsktellError `invalid-value` when the fixed value is no member of `dist`
   */
  sampleOne(state: unknown, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if (this.fixes.has(name)) {
      const value = this.fixes.get(name) as Scalar;
      if (contains(dist, value)) return value;
      throw new AsktellError(
        'invalid-value',
        `PartialFixedSampler: ${show(value)}, fixed for ${show(name)}, is no member of ${describe(dist)}; fix another value or change the range.`,
      );
    }
    const base = this.#base;
    return base.sampleOne === undefined ? drawUniform(dist, ctx.rng(name)) : base.sampleOne(state, ctx, name, dist);
  }
}
