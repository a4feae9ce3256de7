export { type BruteForceOptions, BruteForceSampler, type BruteForceState } from './brute-force/brute-force-sampler.ts';
export { repeatedTrials } from './brute-force/repeated-trials.ts';
export { GridSampler, type GridState } from './grid/grid-sampler.ts';
export type { GridOptions } from './grid/options.ts';
export type { PartialFixedOptions } from './partial-fixed/options.ts';
export { PartialFixedSampler } from './partial-fixed/partial-fixed-sampler.ts';
