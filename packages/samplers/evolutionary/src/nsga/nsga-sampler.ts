import type {
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
import { offspring } from '../genome/offspring.ts';
import { PointSet, pointKey } from '../genome/point-set.ts';
import { tournamentSelection } from '../operators/tournament.ts';
import { type CheckedNsgaOptions, nsgaConfig } from './options.ts';
import { Population } from './population.ts';
import type { Survival } from './survival.ts';

/** State of the sampler, folded over the finished trials in finish order. */
export interface NsgaState {
  readonly genes: GenomeSpace;
  readonly population: Population;
  /** Points of finished trials. `null` if all parameters are continuous, where repeats are unlikely. */
  readonly tried: PointSet | null;
  /** Number of finished trials of any outcome whose parameters are a point of the space. */
  finished: number;
  /** The highest generation of a finished trial, 0 if there is none. */
  generation: number;
}

// At 2,000 trials, three instead of the usual two is better on ZDT4, ZDT6, DTLZ1, DTLZ3 and DTLZ7, and not worse elsewhere.
const tournament = tournamentSelection(3);

/** Base of NSGA-II and NSGA-III, which differ in their survival. */
export abstract class NsgaSampler implements Sampler<NsgaState> {
  abstract readonly name: string;
  /**
   * Key of the attribute in which Optuna's sampler of the same kind stores generation numbers. Optuna selects parents only
   * among trials with this attribute. This sampler is steady state, so its proposals carry the latest generation of the study
   * and never start a new one. Optuna recurses over generations and raises `RecursionError` after about 500 of them.
   */
  protected abstract readonly generationKey: string;
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { objectives: 'many', conditional: true };
  declare readonly seed?: number;
  readonly fold: StateFold<NsgaState, SamplerFoldContext> = {
    init: (ctx) => this.#begin(ctx),
    absorb: (state, row, { history }) => {
      const generation = history.attribute(row, this.generationKey);
      if (typeof generation === 'number' && Number.isSafeInteger(generation) && generation > state.generation)
        state.generation = generation;
      absorb(state, row, history);
    },
    clone: (state) => ({ ...state, population: state.population.clone(), tried: state.tried?.clone() ?? null }),
  };
  readonly #options: CheckedNsgaOptions;

  protected constructor(options: CheckedNsgaOptions) {
    this.#options = options;
    this.config = nsgaConfig(options);
    if (options.seed !== undefined) this.seed = options.seed;
  }

  /** The survival for a number of objectives. */
  protected abstract survival(objectives: number, options: CheckedNsgaOptions): Survival;

  #begin({ space, history: { directions } }: SamplerFoldContext): NsgaState {
    const genes = new GenomeSpace(space);
    const survival = this.survival(directions.length, this.#options);
    return {
      genes,
      population: new Population(this.#options.populationSize, directions.length, survival),
      tried: genes.hasFiniteParam ? new PointSet() : null,
      finished: 0,
      generation: 0,
    };
  }

  propose(state: NsgaState, ctx: SampleContext): Proposal {
    return { x: this.#point(state, ctx), attrs: { [this.generationKey]: state.generation } };
  }

  #point({ genes, population, tried, finished }: NsgaState, ctx: SampleContext): Float64Array {
    // Failed trials count as well. If most trials fail, the search starts with few parents.
    const isStarting = finished < population.capacity || population.size === 0;
    // Core draws NaN uniformly, like a random sampler.
    if (isStarting && !genes.isFinite) return new Float64Array(genes.size).fill(Number.NaN);
    return offspring(genes, this.#options, tournament, isStarting ? null : population, tried, ctx);
  }
}

function absorb(state: NsgaState, row: number, history: TrialHistory): void {
  if (history.failure(row)?.code === 'lost') return;
  const { genes, population, tried } = state;
  const genome = genes.read(row, history);
  if (genome === null) return;
  state.finished++;
  tried?.add(pointKey(genes.decode(genome, new Float64Array(genes.size))));
  const losses = lossesOf(row, history);
  // A trial without constraints counts as feasible, as in Optuna 5.
  const violation = Math.max(0, (history.violation[row] as number) || 0);
  if (losses !== null) population.add({ genome, losses, violation });
}

/** The objective values of a trial, to be minimized. `null` unless it is complete. */
function lossesOf(row: number, history: TrialHistory): Float64Array | null {
  if (history.state(row) !== 'complete') return null;
  const { directions } = history;
  const losses = new Float64Array(directions.length);
  for (let k = 0; k < losses.length; k++) {
    const value = history.values(k)[row] as number;
    if (Number.isNaN(value)) return null;
    losses[k] = directions[k] === 'maximize' ? -value : value;
  }
  return losses;
}
