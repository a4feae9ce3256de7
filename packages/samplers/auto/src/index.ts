export type { AutoOptions } from './auto/options.ts';
export { AutoSampler, type AutoStates } from './auto/sampler.ts';
export type { RegionOptions, Stage, StagedOptions } from './staged/options.ts';
export type { SearchRegion } from './staged/reported-regions.ts';
export { StagedSampler, type StagedState } from './staged/sampler.ts';
