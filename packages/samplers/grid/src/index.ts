export { GridSampler, type GridState } from './grid/grid-sampler.ts';
export type { GridOptions } from './grid/options.ts';
export type { PartialFixedOptions } from './partial-fixed/options.ts';
export { PartialFixedSampler } from './partial-fixed/partial-fixed-sampler.ts';
