export { MedianPruner } from './percentile/median-pruner.ts';
export { type PercentileOptions, PercentilePruner, type PercentileState } from './percentile/percentile-pruner.ts';
