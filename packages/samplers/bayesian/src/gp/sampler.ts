import {
  type Distribution,
  drawUniform,
  type Json,
  type Proposal,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type SamplerSupport,
  type Scalar,
  type StateFold,
} from '@asktell/core';
import { globalArm } from './arms/global.ts';
import { localArm } from './arms/local.ts';
import { paretoArm } from './arms/pareto.ts';
import { quadraticArm } from './arms/quadratic.ts';
import { trustArm } from './arms/trust.ts';
import { Ask } from './ask.ts';
import { firstDesigns } from './first-designs.ts';
import { type Arm, type GpRecipe, ownRecipe } from './recipe.ts';
import type { Found } from './search/climb.ts';
import { GpState } from './state.ts';

export interface GpOptions {
  readonly deterministic?: boolean;
  readonly recipe?: Partial<GpRecipe>;
  readonly seed?: number;
}

const arms: { readonly [arm in Arm]: (ask: Ask) => readonly Found[] } = {
  global: globalArm,
  trust: trustArm,
  local: localArm,
  quadratic: quadraticArm,
};

export class GpSampler implements Sampler<GpState> {
  static readonly savedName = 'gp';
  readonly name = 'gp';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, pending: true };
  declare readonly seed?: number;
  readonly fold: StateFold<GpState, SamplerFoldContext> = {
    init: ({ space, history }) => GpState.of(space, history.directions.length, this.#recipe, this.#deterministic),
    absorb: (state, row, { history }) => state.absorb(row, history),
    clone: (state) => state.clone(),
  };
  readonly #recipe: GpRecipe;
  readonly #deterministic: boolean;

  constructor(options: GpOptions = {}) {
    if (options.seed !== undefined) this.seed = options.seed;
    this.config = { version: 1, options: options as Json };
    this.#recipe = { ...ownRecipe, ...options.recipe } as GpRecipe;
    this.#deterministic = options.deterministic ?? false;
  }

  static fromConfig(options: Json): GpSampler {
    return new GpSampler(options as unknown as GpOptions);
  }

  propose(state: GpState, ctx: SampleContext): Proposal {
    const { encoding, valued } = state;
    const ask = new Ask(state, ctx);
    const d = encoding.axes.length;
    let arm: Arm | null = null;
    let found: readonly Found[];
    if (d === 0 || valued.length === 0) found = firstDesigns(ask);
    else if (state.objectives > 1) found = paretoArm(ask);
    else {
      const { pending, since } = ask.armsInProgress();
      arm = valued.length < d + 2 ? 'global' : state.rotation.next(pending, since);
      found = arms[arm](ask);
    }
    const x = new Float64Array(ctx.space.params.length);
    const chosen = found[Math.min(ctx.attempt, found.length - 1)];
    if (chosen === undefined) return { x: x.fill(Number.NaN) };
    encoding.toInternal(chosen.design, 0, x);
    return arm === null ? { x } : { x, note: { arm } };
  }

  sampleOne(_state: GpState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return drawUniform(dist, ctx.rng(name));
  }
}
