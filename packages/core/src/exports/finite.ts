export { type CellOrder, mostCells, seededOrder, sequentialOrder } from '../finite/cell-order.ts';
export { CellSearch } from '../finite/cell-search.ts';
export { type Branch, CellTree } from '../finite/cell-tree.ts';
export { FinitePoints, indexOfInternal } from '../finite/finite-points.ts';
