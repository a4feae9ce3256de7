import {
  type Awaitable,
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
  savePart,
} from '@asktell/core';
import { BaseContext, baseFoldContext } from './base-view.ts';
import { type ChainNote, noteOf } from './note.ts';
import { type CheckedOptions, checkHypergradientOptions, type HypergradientOptions } from './options.ts';
import { GradientState } from './state.ts';
import { turnOf } from './turn.ts';

/** State of the sampler: the chains, and the state of the base. */
export interface HypergradientState {
  readonly own: GradientState;
  readonly base: unknown;
}

/**
 * Follows the derivatives that are told with the values: `study.tell(trial, value, { gradient: { lr: 0.3 } })`.
 */
export class HypergradientSampler implements Sampler<HypergradientState> {
  static readonly savedName: string = 'hypergradient';
  readonly name = 'hypergradient';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  declare readonly seed?: number;
  readonly fold: StateFold<HypergradientState, SamplerFoldContext>;
  readonly base: Sampler;
  readonly #options: CheckedOptions;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: HypergradientOptions) {
    const checked = checkHypergradientOptions(options);
    const { base, seed, ...rest } = checked;
    this.base = base;
    this.#options = checked;
    if (seed !== undefined) this.seed = seed;
    const saved = { ...rest, ...(seed === undefined ? {} : { seed }) };
    this.config = { version: 1, options: { ...saved, base: savePart(base) as unknown as Json } };
    const { conditional = false } = base.supports;
    this.supports = { objectives: 'one', conditional, pending: true };
    this.fold = this.#foldOver(base);
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @param restore recreates the base sampler from its saved name and options; its errors are passed on
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json, restore: (saved: Json) => Sampler): HypergradientSampler {
    const { base = null, ...rest } = (options ?? {}) as { readonly base?: Json };
    return new HypergradientSampler({ ...rest, base: restore(base) });
  }

  #foldOver(base: Sampler): StateFold<HypergradientState, SamplerFoldContext> {
    const { fold } = base;
    const plain: StateFold<HypergradientState, SamplerFoldContext> = {
      init: (ctx) => ({ own: GradientState.of(ctx, this.#options), base: fold?.init(baseFoldContext(ctx)) }),
      absorb: (state, row, ctx) => {
        state.own.absorb(row, ctx.history);
        fold?.absorb(state.base, row, baseFoldContext(ctx));
      },
    };
    if (fold !== undefined && fold.clone === undefined) return plain;
    return { ...plain, clone: (state) => ({ own: state.own.clone(), base: fold?.clone?.(state.base) }) };
  }

  propose(state: HypergradientState, ctx: SampleContext): Awaitable<Proposal | 'exhausted'> {
    const turn = turnOf(state.own, ctx, this.#options.starts);
    if (turn.kind === 'base') return this.#complete(state, ctx, ctx.fixed, null);
    if (turn.kind === 'step') return proposal(turn.x, turn.note, undefined);
    const settled = turn.x.map((value, i) => (Number.isNaN(ctx.fixed[i]) ? value : (ctx.fixed[i] as number)));
    return this.#complete(state, ctx, settled, turn.note);
  }

  /** Lets the base propose what is not settled. */
  #complete(
    state: HypergradientState,
    ctx: SampleContext,
    settled: Float64Array,
    note: ChainNote | null,
  ): Awaitable<Proposal | 'exhausted'> {
    const join = (given: Proposal | 'exhausted'): Proposal | 'exhausted' => {
      if (given === 'exhausted') return given;
      const x = given.x.map((value, i) => (Number.isNaN(settled[i]) ? value : (settled[i] as number)));
      return { ...given, ...proposal(x, note, given.note) };
    };
    if (this.base.propose === undefined) return proposal(settled.slice(), note, undefined);
    const given = this.base.propose(state.base, new BaseContext(ctx, settled));
    return given instanceof Promise ? given.then(join) : join(given as Proposal | 'exhausted');
  }

  /** Samples one parameter with the base. */
  sampleOne({ base }: HypergradientState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    if (this.base.sampleOne === undefined) return drawUniform(dist, ctx.rng(name));
    return this.base.sampleOne(base, new BaseContext(ctx, ctx.fixed), name, dist);
  }
}

function proposal(x: Float64Array, chain: ChainNote | null, base: Json | undefined): Proposal {
  const note = noteOf(chain, base);
  return note === undefined ? { x } : { x, note };
}
