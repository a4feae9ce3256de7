import type { TrialHistory } from '@asktell/core';
import { pathOf } from './suggestion-state.ts';
import { noFixes, type TreeNode, unknownNode, withPath } from './suggestion-tree.ts';

/**
 * Numbers of the finished trials that suggested just what an earlier one had, in finish order. Lost trials do not count. With a
 * `BruteForceSampler` on a define-by-run study these are the collisions between processes, and what was enqueued twice.
 * Cost: one walk through the history.
 * @example console.log(`${repeatedTrials(study.history).length} trials were in vain`);
 */
export function repeatedTrials(history: TrialHistory): readonly number[] {
  const repeated: number[] = [];
  let tree = unknownNode;
  for (const row of history.finished) {
    if (history.failure(row)?.code === 'lost') continue;
    const path = pathOf(row, history);
    let node: TreeNode | undefined = tree;
    for (const { name, key } of path) node = node?.questions.get(name)?.answers.get(key);
    if (node !== undefined && node.ends > 0) repeated.push(row);
    tree = withPath(tree, path, noFixes);
  }
  return repeated;
}
