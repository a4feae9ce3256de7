import type {
  Awaitable,
  Distribution,
  Explanation,
  Json,
  Proposal,
  SampleContext,
  Sampler,
  SamplerFoldContext,
  SamplerSupport,
  Scalar,
  StateFold,
} from '@asktell/core';
import { NestedContext } from '../nested/context.ts';
import { type Choice, choose, firstParents } from './choice.ts';
import { after, proposeNew } from './new-point.ts';
import { noteFor, readNote } from './note.ts';
import { type AutoOptions, checkAutoOptions, configOf } from './options.ts';
import { type ParentName, type Parents, parentsFor } from './parents.ts';
import { type AutoRecipe, ownRecipe } from './recipe.ts';
import { kindOf } from './situation.ts';
import { AutoState } from './state.ts';

/**
 * Chooses the sampler of each trial by a decision table: Gaussian processes for the first 200 trials, then CMA-ES, and TPE for
 * what neither of them is good at. It reads the space, the objectives, the total, and what was told. It never reads a clock.
 * Each sampler learns from all trials, whichever sampler proposed them.
 *
 * In a finite space no point is tried twice until all are tried, unless the objective is noisy: a standard error was told, or
 * a point was measured with different results. Points of other workers' running trials count, too, if the space is declared.
 *
 * The note of a trial names the sampler and the reason, and `trial.why()` adds what the sampler's model predicted.
 *
 * The table and its measured effects are in docs/auto.md.
 *
 * @example
 * const study = await createStudy({ space: { x: float(-5, 5) }, sampler: new AutoSampler() });
 * await study.optimize(({ params }) => params.x ** 2, { trials: { total: 50 } });
 * const { sampler, reason } = await (await study.ask()).why();
 */
export class AutoSampler implements Sampler<AutoState> {
  static readonly savedName = 'auto';
  readonly name = 'auto';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport;
  declare readonly seed?: number;
  readonly fold: StateFold<AutoState, SamplerFoldContext> = {
    init: (ctx) => {
      const objectives = ctx.history.directions.length;
      const names = firstParents({ isCheap: this.#isCheap, objectives });
      const { numeric, isConditional } = kindOf(ctx.space);
      const startsCmaEs = !this.#isCheap && objectives === 1 && numeric > 0 && !isConditional;
      const { modelTrials, mostModelTrials, mostEndTotal } = this.#recipe;
      const cmaEsAfter = startsCmaEs ? modelTrials : null;
      return AutoState.begin(ctx, this.#parents, names, {
        cmaEsAfter,
        gpUntil: Math.max(mostEndTotal, mostModelTrials),
      });
    },
    absorb: (state, row, ctx) => state.absorb(row, ctx),
    clone: (state) => state.clone(),
  };
  readonly #isCheap: boolean;
  readonly #parents: Parents;
  readonly #recipe: AutoRecipe;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: AutoOptions = {}) {
    const given = checkAutoOptions(options);
    this.#isCheap = given.cost === 'cheap';
    const plain: SamplerSupport = { objectives: 'many', conditional: true, pending: true };
    // Gaussian processes take too long for the ask transaction, and rank their candidates.
    this.supports = this.#isCheap ? plain : { ...plain, exclusive: 'ranks' };
    this.#recipe = { ...ownRecipe, ...given.recipe };
    this.#parents = parentsFor(this.#isCheap, this.#recipe.gp);
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

  propose(state: AutoState, ctx: SampleContext): Awaitable<Proposal> {
    const { sampler, reason } = this.#choose(state, ctx);
    const propose = (redraw: number): Awaitable<Proposal> =>
      this.#parents[sampler].propose(state.of(sampler), nested(ctx, sampler, redraw));
    const { tried } = state;
    const mayRepeat = tried === null || state.isNoisy || ctx.trial.enqueued.size > 0;
    const noted = <P extends Pick<Proposal, 'note'>>(proposal: P): P => ({
      ...proposal,
      note: { sampler, reason, ...(proposal.note === undefined ? {} : { note: proposal.note }) },
    });
    return after(mayRepeat ? propose(0) : proposeNew(propose, tried, ctx), (proposal) => {
      const { others } = proposal;
      return noted(others === undefined ? proposal : { ...proposal, others: others.map(noted) });
    });
  }

  /** Parameters that not all trials have are left to TPE. */
  sampleOne(state: AutoState, ctx: SampleContext, name: string, dist: Distribution): Scalar {
    return this.#parents.tpe.sampleOne(state.of('tpe'), nested(ctx, 'tpe'), name, dist);
  }

  /** The chosen sampler, the reason, how it proposed, and what its model says. */
  explain(state: AutoState, ctx: SampleContext): Explanation {
    const { sampler, reason } = readNote(ctx.trial.note) ?? this.#choose(state, ctx);
    const { reason: how, ...details } = this.#parents[sampler].explain?.(state.of(sampler), nested(ctx, sampler)) ?? {};
    return { sampler, reason, ...(how === undefined ? {} : { how }), ...details };
  }

  #choose(state: AutoState, ctx: SampleContext): Choice {
    return choose(
      {
        isCheap: this.#isCheap,
        kind: state.kind,
        objectives: state.objectives,
        isNoisy: state.isNoisy,
        isModelledNoisy: state.isModelledNoisy,
        hasOwnParams: state.hasOwnParams,
        number: ctx.trial.number,
        finished: state.finished,
        hasGradients: state.has('hypergradient'),
        hasCmaEs: state.has('cmaes'),
        total: ctx.total,
      },
      this.#recipe,
    );
  }
}

function nested(ctx: SampleContext, name: ParentName, redraw = 0): SampleContext {
  return new NestedContext(ctx, noteFor(name), redraw);
}
