import {
  type CompiledSpace,
  containsInternal,
  fromUnit,
  type ParamSpec,
  type Proposal,
  type Rng,
  type SampleContext,
  type Sampler,
  type SamplerFoldContext,
  type StateFold,
  type TrialHistory,
  toUnit,
} from '@asktell/core';

/** A complete trial that can become a parent. */
interface Individual {
  readonly x: Float64Array;
  /** The value, negated under `maximize`, so lower is better. */
  readonly loss: number;
}

/** The state of {@link PopulationSampler}, folded from finished trials in finish order. */
export interface PopulationState {
  readonly space: CompiledSpace;
  /** The number of absorbed trials at the start of generations 1, 2, … */
  readonly begins: number[];
  /** Evaluated members of the current generation. */
  members: Individual[];
  /** The best individuals so far, the parents of new trials. Empty in generation 0. */
  parents: readonly Individual[];
  absorbed: number;
}

/**
 * A small (mu + lambda) evolution strategy with uniform crossover. A reference for samplers whose trials finish in any
 * order: a trial belongs to the generation that was current when it started, and is ignored when it finishes after that
 * generation was closed.
 * @example createStudy({ sampler: new PopulationSampler({ populationSize: 8 }), space })
 */
export class PopulationSampler implements Sampler<PopulationState> {
  readonly name = 'population';
  readonly config: Sampler['config'];
  readonly supports: Sampler['supports'] = {};
  readonly fold: StateFold<PopulationState, SamplerFoldContext> = {
    init: ({ space }) => {
      return { space, begins: [], members: [], parents: [], absorbed: 0 };
    },
    absorb: (state, row, { history }) => {
      state.absorbed++;
      const seen = history.seen(row);
      const generation = state.begins.filter((position) => position <= seen).length;
      const individual = readIndividual(state.space, row, history);
      if (individual === null || generation !== state.begins.length) return;
      state.members.push(individual);
      if (state.members.length < this.#size) return;
      const all = [...state.parents, ...state.members];
      state.parents = all.sort((a, b) => a.loss - b.loss).slice(0, this.#size);
      state.members = [];
      state.begins.push(state.absorbed);
    },
    clone: (state) => {
      return { ...state, begins: [...state.begins], members: [...state.members] };
    },
  };
  readonly #size: number;

  constructor(options: { readonly populationSize?: number } = {}) {
    this.#size = options.populationSize ?? 8;
    this.config = { version: 1, options: { populationSize: this.#size } };
  }

  propose({ parents }: PopulationState, ctx: SampleContext): Proposal {
    const rng = ctx.rng('offspring');
    const one = pick(parents, rng);
    const other = pick(parents, rng);
    const x = ctx.space.params.map((param, i) => {
      const inherited = (rng.float() < 0.5 ? one : other)?.x[i];
      return inherited === undefined ? fromUnit(param.dist, rng.float()) : mutated(param, inherited, rng);
    });
    return { x: Float64Array.from(x) };
  }
}

function pick(parents: readonly Individual[], rng: Rng): Individual | undefined {
  return parents.length === 0 ? undefined : parents[rng.int(0, parents.length - 1)];
}

function mutated({ dist }: ParamSpec, x: number, rng: Rng): number {
  const [coin, step, anywhere] = [rng.float(), rng.normal(), rng.float()];
  if (dist.kind === 'categorical') return coin < 0.2 ? fromUnit(dist, anywhere) : x;
  return fromUnit(dist, Math.min(1, Math.max(0, toUnit(dist, x) + 0.1 * step)));
}

/** `null` for a trial that is not complete or does not have all parameters of this space. */
function readIndividual({ params }: CompiledSpace, row: number, history: TrialHistory): Individual | null {
  const value = history.values(0)[row] as number;
  if (history.state(row) !== 'complete' || Number.isNaN(value)) return null;
  const x = Float64Array.from(params, ({ name }) => history.value(row, name));
  if (!params.every(({ dist }, i) => containsInternal(dist, x[i] as number))) return null;
  return { x, loss: history.directions[0] === 'maximize' ? -value : value };
}
