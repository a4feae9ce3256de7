export type { QmcOptions } from './qmc/options.ts';
export { QmcSampler, type QmcState } from './qmc/qmc-sampler.ts';
export { type RandomOptions, RandomSampler } from './random-sampler.ts';
