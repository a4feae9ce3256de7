import { cardinality, type Distribution, nthInternal } from '@asktell/core';
import { type Fixes, type Question, type Step, type TreeNode, unknownNode, withPath } from './suggestion-tree.ts';

/** The tree as if trials had ended at the ends of these paths. */
export function occupied(tree: TreeNode, paths: readonly (readonly Step[])[], fixes: Fixes): TreeNode {
  return paths.reduce((node, path) => withPath(node, path, fixes), tree);
}

/**
 * A place for every running trial: where it stands, or, while it still has known ways to choose from, a free one below that it could
 * take. Those that stand deepest choose first, since they have fewest ways; so each gets a place of its own if that is possible.
 */
export function reserve(
  tree: TreeNode,
  running: readonly (readonly Step[])[],
  fixes: Fixes,
): readonly (readonly Step[])[] {
  let taken = tree;
  const deepestFirst = [...running].sort((a, b) => b.length - a.length);
  return deepestFirst.map((path) => {
    const place = withPlace(taken, path);
    taken = withPath(taken, place, fixes);
    return place;
  });
}

function withPlace(tree: TreeNode, path: readonly Step[]): readonly Step[] {
  const place = [...path];
  let node = tree;
  for (const { name, key } of path) node = node.questions.get(name)?.answers.get(key) ?? unknownNode;
  while (!node.isDone) {
    const [next] = node.questions;
    if (next === undefined) break;
    const [name, { dist, answers, only }] = next;
    const key = only ?? (dist === null ? undefined : firstFree(dist, answers, 0));
    if (key === undefined) break;
    place.push({ name, dist, key });
    node = answers.get(key) ?? unknownNode;
  }
  return place;
}

/** The first value from the `from`-th on, in a circle, below which something is left. Internal. */
export function firstFree(
  dist: Distribution,
  answers: Question['answers'] | undefined,
  from: number,
): number | undefined {
  const total = cardinality(dist);
  if (total === Number.POSITIVE_INFINITY) return undefined;
  for (let i = 0; i < total; i++) {
    const x = nthInternal(dist, (from + i) % total);
    if (answers?.get(x)?.isDone !== true) return x;
  }
  return undefined;
}
