export type { AutoOptions } from './auto/options.ts';
export type { AutoRecipe } from './auto/recipe.ts';
export { AutoSampler } from './auto/sampler.ts';
export type { AutoState } from './auto/state.ts';
