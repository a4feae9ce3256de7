export type { AutoOptions } from './auto/options.ts';
export type { AutoRecipe } from './auto/recipe.ts';
export { AutoSampler } from './auto/sampler.ts';
export type { AutoState } from './auto/state.ts';
export type { RegionOptions, Stage, StagedOptions } from './staged/options.ts';
export type { SearchRegion } from './staged/reported-regions.ts';
export { StagedSampler, type StagedState } from './staged/sampler.ts';
