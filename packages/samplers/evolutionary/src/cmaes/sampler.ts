import type {
  Json,
  Proposal,
  SampleContext,
  Sampler,
  SamplerFoldContext,
  SamplerSupport,
  StateFold,
} from '@asktell/core';
import { isInReach, project } from './bounds.ts';
import { finalStep } from './final-phase.ts';
import { type CheckedCmaEsOptions, type CmaEsOptions, checkCmaEsOptions, configOf } from './options.ts';
import { CmaEsState } from './state.ts';

/** Draws in one proposal before a point that `where` forbids is pulled to an allowed one. */
const draws = 100;
/** After so many of them a point out of reach is put on the bounds: in many dimensions hardly any draw is inside. */
const drawsForBounds = 20;
/** How often that halves the distance. */
const halvings = 12;
/** What a step of the final phase grows by that led back to the best point itself. */
const growth = 1.2;

/**
 * CMA-ES: samples from a normal distribution that learns where, how far and in which directions to look. For continuous and
 * integer parameters with a few hundred cheap trials or more, 50 times the number of parameters at least.
 *
 * - Integers and stepped floats by CMA-ES with margin, categorical parameters by CatCMA with margin, in one search.
 * - Conditional parameters take part; while they are inactive they drift.
 * - Bounds by a smooth map with a narrow zone at each end; points far beyond, and those that `where` forbids, are drawn again.
 * - Any number of workers: the λ-th result ends a generation, whoever brought it; late results still count, shortened to a
 *   length that the present distribution might have produced. Those more than four generations old (there are some with more than
 *   two or three workers for each of the λ) count if they belong to the better half. Only after a restart do those of the run before not.
 * - Ranks: feasible, infeasible by violation, pruned, failed. Lost workers teach nothing.
 * - Restarts with twice the population when a run has converged (IPOP).
 * - The last fifth of a known budget (`trials: { total }`, or the option) is drawn near the best point: regrets after 100 and 200 trials
 *   less than half on average.
 *
 * One objective. Growth: none; a proposal costs O(d²), a generation of λ trials O(λ d² + d³), linear in d with `separable`.
 *
 * @example
 * const study = await createStudy({ space: { x: float(-5, 5), n: int(1, 8) }, sampler: new CmaEsSampler({ sigma: 0.3 }) });
 * await study.optimize(({ params }) => params.x ** 2 + params.n, { trials: { total: 500 } });
 */
export class CmaEsSampler implements Sampler<CmaEsState> {
  static readonly savedName = 'cmaes';
  readonly name = 'cmaes';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'one', conditional: true };
  declare readonly seed?: number;
  readonly fold: StateFold<CmaEsState, SamplerFoldContext> = {
    init: ({ space, history, seed }) => CmaEsState.begin(space, this.#options, seed, history.directions[0]),
    absorb: (state, row, { history }) => state.absorb(row, history),
    clone: (state) => state.clone(),
  };
  readonly #options: CheckedCmaEsOptions;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: CmaEsOptions = {}) {
    this.#options = checkCmaEsOptions(options);
    if (this.#options.seed !== undefined) this.seed = this.#options.seed;
    this.config = { version: 1, options: configOf(this.#options) };
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): CmaEsSampler {
    return new CmaEsSampler(options as unknown as CmaEsOptions);
  }

  propose({ map, run, best, promising, points }: CmaEsState, ctx: SampleContext): Proposal {
    const rng = ctx.rng('cmaes');
    const { allows } = ctx.space;
    const raw = new Float64Array(map.n);
    const choices = new Int32Array(map.choices.length);
    const point = (): Proposal | null => {
      const x = map.decode(raw, choices, ctx.fixed);
      if (allows !== null && !allows(x)) return null;
      const note = map.note(raw, choices, ctx.fixed, x);
      return note === undefined ? { x } : { x, note };
    };
    let step = promising === null ? null : this.#finalStep(ctx);
    // Where everything is discrete small steps often lead nowhere; such a trial would be lost, so they grow.
    const taken = promising === null || step === null ? null : map.decode(promising.raw, promising.choices, ctx.fixed);
    let repeat: Proposal | null = null;
    for (let k = 0; k < draws; k++) {
      const isFirst = k === 0 && ctx.attempt === 0;
      const source = isFirst ? points.draws(ctx.trial.number % 2 ** 32, rng) : rng;
      if (promising === null || step === null) run.search.sample(source, raw, choices);
      else run.search.sampleNear(promising, step, source, raw, choices);
      if (!isInReach(raw, map.bounded)) {
        if (k < drawsForBounds) continue;
        project(raw, map.bounded);
      }
      const proposal = point();
      if (proposal === null) continue;
      if (taken === null || !isSame(proposal.x, taken)) return proposal;
      repeat = proposal;
      if (step !== null) step = Math.min(1, step * growth);
    }
    if (repeat !== null) return repeat;
    // Rejection alone would take for ever where little is allowed: go from the last draw to the best point known.
    for (let k = 0; k < halvings && best !== null; k++) {
      for (let i = 0; i < raw.length; i++) raw[i] = ((raw[i] as number) + (best.raw[i] as number)) / 2;
      if (k > 0) choices.set(best.choices);
      const proposal = point();
      if (proposal !== null) return proposal;
    }
    return { x: map.decode(raw, choices, ctx.fixed) };
  }

  #finalStep({ trial: { number }, total: told }: SampleContext): number | null {
    const { finalPhase, budget } = this.#options;
    const total = budget ?? told;
    return finalPhase && total !== null ? finalStep(number, total) : null;
  }
}

/** Whether two points are the same, NaN = inactive. */
function isSame(a: Float64Array, b: Float64Array): boolean {
  return a.every((value, i) => Object.is(value, b[i]));
}
