// Code that `study/seldom.ts` shares with the outside stands here by name. The rest comes by a star, because esbuild looks
// into this file only for names that are not behind one: whoever imports none of these does not download them at first.
export { distributionFromOptuna } from './distribution/optuna-reader.ts';
export * from './exports.ts';
export { type CellOrder, mostCells, seededOrder, sequentialOrder } from './finite/cell-order.ts';
export { CellSearch } from './finite/cell-search.ts';
export { type Branch, CellTree } from './finite/cell-tree.ts';
export { FinitePoints, indexOfInternal } from './finite/finite-points.ts';
export { restoreSampler } from './study/restore.ts';
