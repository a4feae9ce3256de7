export type { TpeOptions } from './tpe/options.ts';
export { TpeSampler } from './tpe/sampler.ts';
