export { GridSampler, type GridState } from './grid/grid-sampler.ts';
export type { GridOptions } from './grid/options.ts';
