import { cardinality, type Distribution, nthInternal } from '@asktell/core';
import {
  type FixedValues,
  type ParamBranches,
  type Progress,
  type Step,
  type TreeNode,
  unknownNode,
  withPath,
} from './suggestion-tree.ts';

/** The tree with one more complete trial at the end of each path. */
export function occupied(tree: TreeNode, paths: readonly (readonly Step[])[], fixed: FixedValues): TreeNode {
  return paths.reduce((node, path) => withPath(node, path, fixed), tree);
}

/**
 * Reserves a path for every running trial, untried if there is one, else one that may be tried again. A path extends the suggestions of its trial into known parts of the tree.
 * Trials with the longest paths reserve first because they have the fewest alternatives. No path is reserved twice if that can
 * be avoided.
 * @param running suggestions of each running trial
 */
export function reserve(
  tree: TreeNode,
  running: readonly (readonly Step[])[],
  fixed: FixedValues,
): readonly (readonly Step[])[] {
  let taken = tree;
  const deepestFirst = [...running].sort((a, b) => b.length - a.length);
  return deepestFirst.map((path) => {
    const reserved = extended(taken, path);
    taken = withPath(taken, reserved, fixed);
    return reserved;
  });
}

function extended(tree: TreeNode, path: readonly Step[]): readonly Step[] {
  const reserved = [...path];
  let node = tree;
  for (const { name, key } of path) node = node.params.get(name)?.children.get(key) ?? unknownNode;
  while (!node.isDone) {
    const [next] = node.params;
    if (next === undefined) break;
    const [name, { dist, children, fixedKey }] = next;
    const key =
      fixedKey ??
      (dist === null ? undefined : (firstFree(dist, children, 'isTried', 0) ?? firstFree(dist, children, 'isDone', 0)));
    if (key === undefined) break;
    reserved.push({ name, dist, key });
    node = children.get(key) ?? unknownNode;
  }
  return reserved;
}

/**
 * The first internal value whose subtree is not tried, or not done, in order from the `from`-th value and wrapping around.
 * @returns `undefined` if there is none, or if the range is continuous
 */
export function firstFree(
  dist: Distribution,
  children: ParamBranches['children'] | undefined,
  progress: Progress,
  from: number,
): number | undefined {
  const total = cardinality(dist);
  if (total === Number.POSITIVE_INFINITY) return undefined;
  for (let i = 0; i < total; i++) {
    const x = nthInternal(dist, (from + i) % total);
    if (children?.get(x)?.[progress] !== true) return x;
  }
  return undefined;
}
