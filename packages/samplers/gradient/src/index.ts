export type { HypergradientOptions } from './options.ts';
export { HypergradientSampler, type HypergradientState } from './sampler.ts';
