import type { Proposal, SampleContext, Sampler, SamplerFoldContext, StateFold } from '@asktell/core';
import { GpSampler, TpeSampler } from '@asktell/sampler-bayesian';
import { CmaEsSampler, NsgaIISampler } from '@asktell/sampler-evolutionary';

/** The samplers among which `AutoSampler` chooses, by their saved names. */
export type ParentName = 'gp' | 'tpe' | 'cmaes' | 'nsga-ii';

/** A sampler that proposes jointly and at once, from a state. */
export interface Parent extends Sampler {
  readonly fold: StateFold<unknown, SamplerFoldContext>;
  propose(state: unknown, ctx: SampleContext): Proposal;
}

/** One sampler of each kind, with its defaults. They keep no state, so all studies share them. */
export const parents: { readonly [name in ParentName]: Parent } = {
  gp: new GpSampler() as Parent,
  tpe: new TpeSampler() as Parent,
  cmaes: new CmaEsSampler() as Parent,
  'nsga-ii': new NsgaIISampler() as Parent,
};
