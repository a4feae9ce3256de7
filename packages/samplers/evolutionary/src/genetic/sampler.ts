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
import { offspring } from '../genome/offspring.ts';
import { PointSet, pointKey } from '../genome/point-set.ts';
import { meritOf } from '../outcome/merit.ts';
import { type CheckedGeneticOptions, checkGeneticOptions, type GeneticOptions } from './options.ts';
import { Population } from './population.ts';

/** State of the sampler, folded over the finished trials in finish order. */
export interface GeneticState {
  readonly genes: GenomeSpace;
  readonly population: Population;
  /** Points of finished trials. `null` in a space that is not finite, where repeats are unlikely. */
  readonly tried: PointSet | null;
  /** Number of finished trials of any outcome whose parameters are a point of the space. */
  finished: number;
}

/**
 * Genetic algorithm for one objective, with configurable selection, crossover and mutation. Suited to a few hundred cheap
 * trials or more, and to spaces with many choices and branches. Asynchronous: every finished trial joins the population
 * immediately (steady state), so workers never wait and late results count.
 *
 * Pruned trials rank behind complete ones. Infeasible trials rank last, by violation. Failed trials never become parents.
 * Enqueued trials and trials of other samplers join if they are points of the space. A child inherits the branch of a `oneOf`
 * from a parent, and the parameters of that branch from the parents that have it. In finite spaces the sampler avoids points
 * of finished trials.
 *
 * Cost: O(populationSize + parameters) per trial, independent of the number of finished trials.
 *
 * @example
 * const sampler = new GeneticSampler({ crossover: { kind: 'sbx', eta: 5 }, populationSize: 30 });
 * const study = await createStudy({ sampler, space: { x: float(-5, 5), kernel: categorical(['rbf', 'poly']) } });
 */
export class GeneticSampler implements Sampler<GeneticState> {
  static readonly savedName = 'genetic';
  readonly name = 'genetic';
  readonly config: { readonly version: number; readonly options: Json };
  readonly supports: SamplerSupport = { conditional: true };
  declare readonly seed?: number;
  readonly fold: StateFold<GeneticState, SamplerFoldContext> = {
    init: ({ space }) => this.#begin(space),
    absorb: (state, row, { history }) => absorb(state, row, history),
    clone: (state) => ({ ...state, population: state.population.clone(), tried: state.tried?.clone() ?? null }),
  };
  readonly #options: CheckedGeneticOptions;

  /** @throws AsktellError `invalid-argument` */
  constructor(options: GeneticOptions = {}) {
    const checked = checkGeneticOptions('GeneticSampler', options);
    const { populationSize, selection, crossover, mutation, crossoverRate, elitism, seed } = checked;
    this.#options = checked;
    if (seed !== undefined) this.seed = seed;
    this.config = {
      version: 1,
      options: {
        populationSize,
        selection: selection.config,
        crossover: crossover.config,
        mutation: mutation.config,
        crossoverRate,
        elitism,
        ...(seed === undefined ? {} : { seed }),
      },
    };
  }

  /**
   * Recreates the sampler from its `config.options`.
   * @throws AsktellError `invalid-argument`
   */
  static fromConfig(options: Json): GeneticSampler {
    return new GeneticSampler(options as unknown as GeneticOptions);
  }

  #begin(space: CompiledSpace): GeneticState {
    const { populationSize, elitism } = this.#options;
    const genes = new GenomeSpace(space);
    return {
      genes,
      population: new Population(populationSize, elitism),
      tried: genes.isFinite ? new PointSet() : null,
      finished: 0,
    };
  }

  propose({ genes, population, tried, finished }: GeneticState, ctx: SampleContext): Proposal {
    // Failed trials count as well. If most trials fail, the search starts with few parents.
    const isStarting = finished < this.#options.populationSize || population.size === 0;
    // Core draws NaN uniformly, like a random sampler.
    if (isStarting && tried === null) return { x: new Float64Array(genes.size).fill(Number.NaN) };
    return { x: offspring(genes, this.#options, this.#options.selection, isStarting ? null : population, tried, ctx) };
  }
}

function absorb(state: GeneticState, row: number, history: TrialHistory): void {
  if (history.failure(row)?.code === 'lost') return;
  const { genes, population, tried } = state;
  const genome = genes.read(row, history);
  if (genome === null) return;
  state.finished++;
  tried?.add(pointKey(genes.decode(genome, new Float64Array(genes.size))));
  const merit = meritOf(row, history);
  if (merit !== null) population.join(genome, merit);
}
