export type { CrossoverConfig, MutationConfig, SelectionConfig } from './operators/operator.ts';
export type { CrossoverOption, MutationOption, SelectionOption } from './operators/operator-options.ts';
