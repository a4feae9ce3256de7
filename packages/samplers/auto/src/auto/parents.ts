import type { Awaitable, Proposal, SampleContext, Sampler, SamplerFoldContext, StateFold } from '@asktell/core';
import { type GpRecipe, GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import { CmaEsSampler, NsgaIISampler } from '@asktell/sampler-evolutionary';
import { HypergradientSampler } from '@asktell/sampler-gradient';

/** The samplers among which `AutoSampler` chooses, by their saved names. */
export type ParentName = 'gp' | 'tpe' | 'cmaes' | 'nsga-ii' | 'hypergradient';

/** A sampler that proposes jointly, from a state, and always has a proposal. */
export interface Parent extends Sampler {
  readonly fold: StateFold<unknown, SamplerFoldContext>;
  propose(state: unknown, ctx: SampleContext): Awaitable<Proposal>;
}

/** One sampler of each kind. */
export type Parents = { readonly [name in ParentName]: Parent } & {
  readonly tpe: Parent & Required<Pick<Parent, 'sampleOne'>>;
};

/**
 * The samplers for trials of this cost. They keep no state, so several studies can share them.
 * @param recipe constants of the Gaussian processes
 * @throws AsktellError `invalid-argument`
 */
export function parentsFor(isCheap: boolean, recipe: Partial<GpRecipe>): Parents {
  const gp = new GpSampler({ recipe });
  const tpe = new TpeSampler();
  return {
    gp: gp as Parent,
    tpe: tpe as Parents['tpe'],
    cmaes: new CmaEsSampler() as Parent,
    'nsga-ii': new NsgaIISampler() as Parent,
    hypergradient: new HypergradientSampler({ base: isCheap ? tpe : gp }) as Parent,
  };
}
