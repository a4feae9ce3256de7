export type { DifferentialEvolutionOptions } from './de/options.ts';
export { DifferentialEvolutionSampler, type DifferentialEvolutionState } from './de/sampler.ts';
export type { GeneticOptions } from './genetic/options.ts';
export { GeneticSampler, type GeneticState } from './genetic/sampler.ts';
export type { CrossoverConfig, MutationConfig, SelectionConfig } from './operators/operator.ts';
export type { CrossoverOption, MutationOption, SelectionOption } from './operators/operator-options.ts';
