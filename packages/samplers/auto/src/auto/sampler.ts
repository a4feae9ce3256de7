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
import { toExternal } from '@asktell/core';
import { GpSampler } from '@asktell/sampler-bayesian';
import { CmaEsSampler, type CmaEsState, type SourceTrial } from '@asktell/sampler-evolutionary';
import { type AutoOptions, checkAutoOptions, configOf } from './options.ts';
import { type AutoRecipe, ownRecipe } from './recipe.ts';

/** State of the sampler. */
export interface AutoStates {
  readonly gp: ReturnType<GpSampler['fold']['init']>;
  cmaes: CmaEsState | null;
  count: number;
  d: number;
  ctx: SamplerFoldContext;
}

export class AutoSampler implements Sampler<AutoStates> {
  static readonly savedName = 'auto';
  readonly name = 'auto';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true, pending: true };
  declare readonly seed?: number;
  readonly #gp: GpSampler = new GpSampler();
  readonly #cmaes: CmaEsSampler;
  readonly #recipe: AutoRecipe;
  readonly fold: StateFold<AutoStates, SamplerFoldContext> = {
    init: (ctx) => {
      const one = ctx.history.directions.length === 1;
      return {
        gp: this.#gp.fold.init(ctx),
        cmaes: one && this.#recipe.warm === 'all' ? this.#cmaes.fold.init(ctx) : null,
        count: 0,
        d: ctx.space.params.length,
        ctx,
      };
    },
    absorb: (state, row, ctx) => {
      this.#gp.fold.absorb(state.gp, row, ctx);
      if (state.cmaes !== null) this.#cmaes.fold.absorb(state.cmaes, row, ctx);
      state.count++;
      const { warm } = this.#recipe;
      if (state.cmaes === null && warm !== 'none' && state.count === this.#at(state.d) && ctx.history.directions.length === 1) {
        const { finished } = ctx.history;
        const trials: SourceTrial[] = [];
        for (let i = 0; i < state.count; i++) {
          const r = finished[i] as number;
          if (ctx.history.state(r) !== 'complete') continue;
          const { names, dists, x } = ctx.history.params(r);
          const value = ctx.history.values(0)[r] as number;
          if (!Number.isFinite(value) || ctx.history.violation[r]! > 0) continue;
          trials.push({
            flatParams: Object.fromEntries(names.map((n, k) => [n, toExternal(dists[k] as Distribution, x[k] as number)])),
            value,
          });
        }
        if (trials.length > 0) {
          if (warm === 'warm') state.cmaes = new CmaEsSampler({ warmStart: trials }).fold.init(state.ctx);
          else if (warm.startsWith('best')) {
            const sign = ctx.history.directions[0] === 'maximize' ? -1 : 1;
            trials.sort((a, b) => sign * (a.value! - b.value!));
            const x0 = Object.fromEntries(Object.entries(trials[0]!.flatParams).filter(([, v]) => typeof v === 'number')) as { [n: string]: number };
            const names = new Set(state.ctx.space.params.filter((p) => p.dist.kind !== 'categorical').map((p) => p.name));
            for (const n of Object.keys(x0)) if (!names.has(n)) delete x0[n];
            state.cmaes = new CmaEsSampler({ x0, sigma: Number(warm.slice(4)) }).fold.init(state.ctx);
          } else if (warm === 'fresh') state.cmaes = this.#cmaes.fold.init(state.ctx);
        }
      }
    },
  };

  /** @throws AsktellError `invalid-argument` */
  constructor(options: AutoOptions = {}) {
    const given = checkAutoOptions(options);
    this.#recipe = { ...ownRecipe, ...given.recipe };
    this.#cmaes = new CmaEsSampler({ finalPhase: this.#recipe.finalPhase === 1 });
    if (given.seed !== undefined) this.seed = given.seed;
    this.config = { version: 1, options: configOf(given) };
  }

  #at(d: number): number {
    return this.#recipe.handOver + this.#recipe.handOverPerParam * d;
  }

  static fromConfig(options: Json): AutoSampler {
    return new AutoSampler(options as unknown as AutoOptions);
  }

  propose(state: AutoStates, ctx: SampleContext): Proposal {
    const { every } = this.#recipe;
    if (state.cmaes !== null && ctx.trial.number >= this.#at(state.d) && (every === 0 || ctx.trial.number % every !== 0))
      return this.#cmaes.propose(state.cmaes, ctx);
    return this.#gp.propose(state.gp, ctx);
  }

  sampleOne({ gp }: AutoStates, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return this.#gp.sampleOne(gp, ctx, name, dist);
  }
}
