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

/** What the finished trials come to: a fold in finish order. */
export interface NsgaState {
  readonly genes: GenomeSpace;
  readonly population: Population;
  /** Every point that was finished, `null` where all parameters are continuous: there they hardly meet. */
  readonly tried: PointSet | null;
  /** How many points of the space were finished, in whichever state. */
  finished: number;
  /** The highest generation that a finished trial carries, 0 when none does. */
  generation: number;
}

// Three instead of the usual two pays on ZDT4, ZDT6, DTLZ1, DTLZ3 and DTLZ7 at 2,000 trials, and costs nothing elsewhere.
const tournament = tournamentSelection(3);

/** What NSGA-II and NSGA-III share: everything but who survives. */
export abstract class NsgaSampler implements Sampler<NsgaState> {
  abstract readonly name: string;
  /**
   * The attribute in which Optuna's sampler of the same kind numbers its generations. It takes as parents only trials that
   * carry one. Every proposal joins the generation that the study has reached and never opens one: this sampler is steady
   * state, so to Optuna all of its trials are one generation. Numbers that grew with every population would say no more, and
   * Optuna goes through them recursively: after some 500 it raises `RecursionError`.
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

  /** Who survives in a study with so many objectives. */
  protected abstract survival(objectives: number, options: CheckedNsgaOptions): Survival;

  #begin({ space, history: { directions } }: SamplerFoldContext): NsgaState {
    const genes = new GenomeSpace(space);
    const survival = this.survival(directions.length, this.#options);
    return {
      genes,
      population: new Population(this.#options.populationSize, directions.length, survival),
      tried: genes.hasValues ? new PointSet() : null,
      finished: 0,
      generation: 0,
    };
  }

  propose(state: NsgaState, ctx: SampleContext): Proposal {
    return { x: this.#point(state, ctx), attrs: { [this.generationKey]: state.generation } };
  }

  #point({ genes, population, tried, finished }: NsgaState, ctx: SampleContext): Float64Array {
    // Failed trials count here: where nearly everything fails, few successes must do as parents.
    const isStarting = finished < population.capacity || population.size === 0;
    // NaN: drawn uniformly, as a random sampler draws.
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

/** The trial's objectives, to be minimised; `null` unless it is complete. */
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
