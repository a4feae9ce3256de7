export type { AutoOptions } from './auto/options.ts';
export { AutoSampler, type AutoStates } from './auto/sampler.ts';
