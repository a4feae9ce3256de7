export { crowdingDistance } from './pareto/crowding-distance.ts';
export { hypervolume } from './pareto/hypervolume.ts';
export { hypervolumeSubset } from './pareto/hypervolume-subset.ts';
export { nonDominatedRanks } from './pareto/non-dominated-ranks.ts';
export { RunningQuantile } from './quantile/running-quantile.ts';
