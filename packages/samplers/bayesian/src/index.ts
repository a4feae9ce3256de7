export type { TpeOptions } from './tpe/options.ts';
export type { TpeRecipe } from './tpe/recipe.ts';
export { TpeSampler } from './tpe/sampler.ts';
