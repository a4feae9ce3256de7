import type { Proposal, SampleContext, Sampler, SamplerFoldContext, StateFold } from '@asktell/core';
import { GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import { CmaEsSampler, NsgaIISampler } from '@asktell/sampler-evolutionary';
import { HypergradientSampler } from '@asktell/sampler-gradient';

/** The samplers among which `AutoSampler` chooses, by their saved names. */
export type ParentName = 'gp' | 'tpe' | 'cmaes' | 'nsga-ii' | 'hypergradient';

/** A sampler that proposes jointly and at once, from a state. */
export interface Parent extends Sampler {
  readonly fold: StateFold<unknown, SamplerFoldContext>;
  propose(state: unknown, ctx: SampleContext): Proposal;
}

/** One sampler of each kind. */
export type Parents = { readonly [name in ParentName]: Parent } & {
  readonly tpe: Parent & Required<Pick<Parent, 'sampleOne'>>;
};

const gp = new GpSampler();
const tpe = new TpeSampler();

/** The samplers with their defaults. They keep no state, so all studies share them. */
const usual: Parents = {
  gp: gp as Parent,
  tpe: tpe as Parents['tpe'],
  cmaes: new CmaEsSampler() as Parent,
  'nsga-ii': new NsgaIISampler() as Parent,
  hypergradient: new HypergradientSampler({ base: gp }) as Parent,
};
const forCheapTrials: Parents = { ...usual, hypergradient: new HypergradientSampler({ base: tpe }) as Parent };

/** The samplers for trials of this cost. */
export function parentsFor(isCheap: boolean): Parents {
  return isCheap ? forCheapTrials : usual;
}
