import { type Distribution, sameDistribution } from '@asktell/core';
import { outdated, revised, type Step, suggestionId, type TreeNode } from './suggestion-tree.ts';

/**
 * What a trial shows about the objective: it suggested more where a complete trial ended before, or another range for the same
 * parameter at the same node. A deterministic objective does neither, so somebody changed it, usually before a resume.
 */
export type ObjectiveChange =
  | {
      readonly id: string;
      readonly kind: 'more';
      /** The suggestion after which trials suggest more, as `suggestionId`; `null` = at the start. */
      readonly after: string | null;
    }
  | { readonly id: string; readonly kind: 'range'; readonly name: string; readonly from: Distribution };

/** Changes that a finished trial shows. `tree` must not contain the trial. */
export function changesOf(tree: TreeNode, path: readonly Step[]): readonly ObjectiveChange[] {
  const changes: ObjectiveChange[] = [];
  let node: TreeNode | undefined = tree;
  let after: string | null = null;
  for (const step of path) {
    if (node === undefined) break;
    const { name, dist, key } = step;
    const known = node.params.get(name);
    if (node.params.size === 0 && node.ends.complete > 0)
      changes.push({ id: JSON.stringify([after, name]), kind: 'more', after });
    else if (known?.dist && dist && !sameDistribution(known.dist, dist))
      changes.push({ id: JSON.stringify([name, known.dist, dist]), kind: 'range', name, from: known.dist });
    after = suggestionId(step);
    node = known?.children.get(key);
  }
  return changes;
}

/**
 * Reopens the nodes that the change may concern, so that one more trial shows what the objective suggests there now: points
 * that ended after the same suggestion, and nodes with the former range. Visits the whole tree, once per change.
 */
export function reopened(tree: TreeNode, change: ObjectiveChange): TreeNode {
  return revised(tree, (node, step) => {
    const isAffected =
      change.kind === 'more'
        ? node.params.size === 0 && (step === null ? null : suggestionId(step)) === change.after
        : hasRange(node, change);
    return isAffected && node.isTried ? outdated(node) : node;
  });
}

function hasRange(
  { params }: TreeNode,
  { name, from }: { readonly name: string; readonly from: Distribution },
): boolean {
  const dist = params.get(name)?.dist;
  return dist !== undefined && dist !== null && sameDistribution(dist, from);
}
