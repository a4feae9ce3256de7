import type { TrialHistory } from '@asktell/core';
import { pathOf } from './suggestion-state.ts';
import { noFixedValues, type TreeNode, unknownNode, withPath } from './suggestion-tree.ts';

/**
 * Numbers of the finished trials whose suggestions repeat those of an earlier trial, in finish order. Lost trials do not
 * count. In a define-by-run study with a `BruteForceSampler` these are collisions between overlapping trials, and points that
 * were enqueued twice. One pass over the history.
 * @example console.log(`${repeatedTrials(study.history).length} trials repeated earlier ones`);
 */
export function repeatedTrials(history: TrialHistory): readonly number[] {
  const repeated: number[] = [];
  let tree = unknownNode;
  for (const row of history.finished) {
    if (history.failure(row)?.code === 'lost') continue;
    const path = pathOf(row, history);
    let node: TreeNode | undefined = tree;
    for (const { name, key } of path) node = node?.params.get(name)?.children.get(key);
    if (node !== undefined && node.ends > 0) repeated.push(row);
    tree = withPath(tree, path, noFixedValues);
  }
  return repeated;
}
