import type {
  CompiledSpace,
  Json,
  Proposal,
  SampleContext,
  Sampler,
  SamplerFoldContext,
  SamplerSupport,
  StateFold,
  TrialHistory,
} from '@asktell/core';
import { GenomeSpace } from '../genome/genome-space.ts';
import { PointSet, pointKey } from '../genome/point-set.ts';
import { meritOf } from '../outcome/merit.ts';
import { type Attempt, LShade, smallestPopulation } from './l-shade.ts';
import { type CheckedDeOptions, checkDeOptions, type DifferentialEvolutionOptions } from './options.ts';

/** What the finished trials come to: a fold in finish order. */
export interface DifferentialEvolutionState {
  readonly genes: GenomeSpace;
  readonly optimizer: LShade;
  /** Every point that was finished, `null` where all parameters are continuous: there they hardly meet. */
  readonly tried: PointSet | null;
  /** How many points of the space were finished, whatever came of them. */
  finished: number;
}

/** How often a vector is made anew when it stands for a point that was measured before. */
const stepAttempts = 8;
/** How many uniform draws follow when none of them was new. */
const drawAttempts = 8;
/** In how many trials, as a multiple of the population, it shrinks when no budget is known. */
const trialsPerSlot = 20;

/**
 * Differential evolution with success-history adaptation and a shrinking population (L-SHADE, Tanabe and Fukunaga 2014).
 * For numeric spaces and a thousand trials or more: strong where parameters interact and scales differ, since its steps are
 * differences of measured points. Asynchronous: each trial challenges one slot of the population and is compared with
 * whoever holds it when the result comes, so workers never wait and late results count.
 *
 * Whole numbers and steps are rounded. For a categorical parameter a difference makes no sense: a child takes the choice of
 * its target, of a good point or of a random one, now and then another. A child takes the branch of a `oneOf` likewise,
 * and draws what its points do not have. Pruned trials stand behind complete ones, infeasible ones behind both, by
 * violation; failed ones never take a slot. Enqueued and foreign trials take a free slot or that of the worst. Where
 * parameters have few values, points are avoided that were finished before.
 *
 * Growth: none; a trial costs O(populationSize + parameters).
 *
 * @example
 * const study = await createStudy({ sampler: new DifferentialEvolutionSampler(), space: { x: float(-5, 5), y: float(-5, 5) } });
 * await study.optimize(objective, { trials: { total: 1000 } }); // the population shrinks towards the 1000th trial
 */
export class DifferentialEvolutionSampler implements Sampler<DifferentialEvolutionState> {
  static readonly savedName = 'differential-evolution';
  readonly name = 'differential-evolution';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { conditional: true };
  declare readonly seed?: number;
  readonly fold: StateFold<DifferentialEvolutionState, SamplerFoldContext> = {
    init: ({ space }) => this.#begin(space),
    absorb: (state, row, { history }) => this.#absorb(state, row, history),
    clone: (state) => ({ ...state, optimizer: state.optimizer.clone(), tried: state.tried?.clone() ?? null }),
  };
  readonly #options: CheckedDeOptions;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: DifferentialEvolutionOptions = {}) {
    const checked = checkDeOptions('DifferentialEvolutionSampler', options);
    const { budget, seed, ...rest } = checked;
    this.#options = checked;
    if (seed !== undefined) this.seed = seed;
    this.config = {
      version: 1,
      options: { ...rest, ...(budget === undefined ? {} : { budget }), ...(seed === undefined ? {} : { seed }) },
    };
  }

  /**
   * Makes the sampler again from what its `config.options` were.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): DifferentialEvolutionSampler {
    return new DifferentialEvolutionSampler(options as unknown as DifferentialEvolutionOptions);
  }

  #begin(space: CompiledSpace): DifferentialEvolutionState {
    const { populationSize, best, archive, memory } = this.#options;
    const genes = new GenomeSpace(space);
    const optimizer = new LShade({ slots: populationSize, best, archive, memory });
    return { genes, optimizer, tried: genes.hasValues ? new PointSet() : null, finished: 0 };
  }

  #absorb(state: DifferentialEvolutionState, row: number, history: TrialHistory): void {
    if (history.failure(row)?.code === 'lost') return;
    const { genes, optimizer, tried } = state;
    const vector = genes.read(row, history);
    if (vector === null) return;
    state.finished++;
    tried?.add(pointKey(genes.decode(vector, new Float64Array(genes.size))));
    const merit = meritOf(row, history);
    const attempt = readAttempt(history.note(row), this.#options.populationSize);
    if (attempt !== null) optimizer.tell(attempt, vector, merit);
    else if (merit !== null) optimizer.add(vector, merit);
  }

  propose({ genes, optimizer, tried, finished }: DifferentialEvolutionState, ctx: SampleContext): Proposal {
    const x = new Float64Array(genes.size).fill(Number.NaN);
    // Failed trials count here: where nearly everything fails, few successes must do.
    const isStarting = finished < this.#options.populationSize || optimizer.size < smallestPopulation;
    if (genes.size === 0 || (isStarting && !genes.isFinite)) return { x }; // NaN: drawn uniformly, as a random sampler draws
    const rng = ctx.rng('vector');
    const size = Math.min(this.#populationSize(ctx), optimizer.size);
    const vector = new Float64Array(genes.size);
    const reset = 0.5 / genes.size;
    let attempt: Attempt | null = null;
    for (let k = isStarting ? stepAttempts : 0; k < stepAttempts + drawAttempts; k++) {
      const isStep = k < stepAttempts;
      attempt = isStep ? optimizer.propose(ctx.trial.number, size, genes, reset, rng, vector) : null;
      if (!isStep) vector.fill(Number.NaN);
      genes.settle(vector, ctx.fixed, rng);
      genes.decode(vector, x);
      if (tried?.has(pointKey(x)) !== true) break;
    }
    // Neither a uniform draw nor a point that was partly chosen by a user says anything about F and CR.
    return attempt !== null && ctx.fixed.every(Number.isNaN) ? { x, note: { ...attempt } } : { x };
  }

  /**
   * Linear population size reduction (equation 10 of the paper), by trial number. Without a budget down to half the size only, from
   * which a search of any length can go on: at 200 to 1,000 trials that beat a constant size on most functions.
   */
  #populationSize({ trial: { number }, total: told }: SampleContext): number {
    const { populationSize, finalPopulationSize, budget } = this.#options;
    const total = budget ?? told;
    const final = total === null ? Math.max(finalPopulationSize, Math.ceil(populationSize / 2)) : finalPopulationSize;
    const done = Math.min(1, number / Math.max(1, total ?? trialsPerSlot * populationSize));
    return Math.round(populationSize + (final - populationSize) * done);
  }
}

/** The note of a proposal of this sampler, `null` for any other. */
function readAttempt(note: Json | undefined, slots: number): Attempt | null {
  const { slot, f, cr, size } = (typeof note === 'object' && note !== null ? note : {}) as Partial<Attempt>;
  const isOurs = isWithin(slot, 0, slots - 1) && isWithin(f, 0, 1) && isWithin(cr, 0, 1) && isWithin(size, 1, slots);
  return isOurs ? ({ slot, f, cr, size } as Attempt) : null;
}

function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}
