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

/** State of the sampler, folded over the finished trials in finish order. */
export interface DifferentialEvolutionState {
  readonly genes: GenomeSpace;
  readonly optimizer: LShade;
  /** Points of finished trials. `null` if all parameters are continuous, where repeats are unlikely. */
  readonly tried: PointSet | null;
  /** Number of finished trials of any outcome whose parameters are a point of the space. */
  finished: number;
}

/** Maximum number of vectors proposed to find a new point. */
const stepAttempts = 8;
/** Maximum number of uniform draws if no vector is a new point. */
const drawAttempts = 8;
/** Number of trials per vector in which the population shrinks without a budget. */
const trialsPerSlot = 20;

/**
 * Differential evolution with success-history adaptation and a shrinking population (L-SHADE, Tanabe and Fukunaga 2014).
 * Suited to numeric spaces and a thousand trials or more. Its steps are differences of measured points, so it adapts to
 * parameters that interact and to different scales. Asynchronous: each trial challenges one slot of the population and is
 * compared with the current vector of that slot, so workers never wait and late results count.
 *
 * Integers and stepped parameters are rounded. A categorical parameter takes the choice of the target, of a good point, of a
 * random point, or rarely another one. The tag of a `oneOf` is chosen the same way, and parameters that no parent has are drawn
 * uniformly. Pruned trials rank behind complete ones. Infeasible trials rank last, by violation. Failed trials never take a
 * slot. Enqueued trials and trials of other samplers take a free slot, or the slot of the worst vector if they are better. If
 * some parameters have few values, the sampler avoids points of finished trials.
 *
 * Cost: O(populationSize + parameters) per trial, independent of the number of finished trials.
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
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): DifferentialEvolutionSampler {
    return new DifferentialEvolutionSampler(options as unknown as DifferentialEvolutionOptions);
  }

  #begin(space: CompiledSpace): DifferentialEvolutionState {
    const { populationSize, best, archive, memory } = this.#options;
    const genes = new GenomeSpace(space);
    const optimizer = new LShade({ slots: populationSize, best, archive, memory });
    return { genes, optimizer, tried: genes.hasFiniteParam ? new PointSet() : null, finished: 0 };
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
    // Failed trials count as well. If most trials fail, the search starts with few vectors.
    const isStarting = finished < this.#options.populationSize || optimizer.size < smallestPopulation;
    // Core draws NaN uniformly, like a random sampler.
    if (genes.size === 0 || (isStarting && !genes.isFinite)) return { x };
    const rng = ctx.rng('vector');
    const size = Math.min(this.#populationSize(ctx), optimizer.size);
    const vector = new Float64Array(genes.size);
    const reset = 0.5 / genes.size;
    let attempt: Attempt | null = null;
    for (let k = isStarting ? stepAttempts : 0; k < stepAttempts + drawAttempts; k++) {
      const isStep = k < stepAttempts;
      attempt = isStep ? optimizer.propose(ctx.trial.number, size, genes, reset, rng, vector) : null;
      if (!isStep) vector.fill(Number.NaN);
      genes.complete(vector, ctx.fixed, rng);
      genes.decode(vector, x);
      if (tried?.has(pointKey(x)) !== true) break;
    }
    // A uniform draw or a point with fixed values carries no information about F and CR.
    return attempt !== null && ctx.fixed.every(Number.isNaN) ? { x, note: { ...attempt } } : { x };
  }

  /**
   * Linear population size reduction (equation 10 of the paper), by trial number. Without a budget the size shrinks only to
   * half, so that a search of any length can continue. At 200 to 1,000 trials that was better than a constant size on most
   * functions.
   */
  #populationSize({ trial: { number }, total: givenTotal }: SampleContext): number {
    const { populationSize, finalPopulationSize, budget } = this.#options;
    const total = budget ?? givenTotal;
    const final = total === null ? Math.max(finalPopulationSize, Math.ceil(populationSize / 2)) : finalPopulationSize;
    const done = Math.min(1, number / Math.max(1, total ?? trialsPerSlot * populationSize));
    return Math.round(populationSize + (final - populationSize) * done);
  }
}

/** Reads the note of a proposal of this sampler. `null` for any other note. */
function readAttempt(note: Json | undefined, slots: number): Attempt | null {
  const { slot, f, cr, size } = (typeof note === 'object' && note !== null ? note : {}) as Partial<Attempt>;
  const isOurs = isWithin(slot, 0, slots - 1) && isWithin(f, 0, 1) && isWithin(cr, 0, 1) && isWithin(size, 1, slots);
  return isOurs ? ({ slot, f, cr, size } as Attempt) : null;
}

function isWithin(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}
