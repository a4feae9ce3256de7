export type { GpOptions } from './gp/options.ts';
export { type PredictedParams, type PredictedValue, predictValues } from './gp/predict.ts';
export type { SourceTrial } from './gp/prior/source-trials.ts';
export type { Arm, GpRecipe, SearchEffort } from './gp/recipe.ts';
export { bestByModel, type ModelledTrial } from './gp/recommend/best-by-model.ts';
export { GpSampler } from './gp/sampler.ts';
export type { TpeOptions } from './tpe/options.ts';
export type { TpeRecipe } from './tpe/recipe.ts';
export { TpeSampler } from './tpe/sampler.ts';
