export { type CellOrder, mostCells, seededOrder, sequentialOrder } from '../enumeration/cell-order.ts';
export { CellSearch } from '../enumeration/cell-search.ts';
export { type Branch, CellTree } from '../enumeration/cell-tree.ts';
export { FinitePoints, indexOfInternal } from '../enumeration/finite-points.ts';
