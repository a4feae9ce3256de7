import { type Scalar, show, toExternal } from '@asktell/core';
import { isValue, mostTries, type TreeNode } from './suggestion-tree.ts';

/** Number of points that the notice names. */
const mostNamed = 3;

/**
 * The notice about points that are not tried again because no trial there completed; `null` if there are none. Visits the whole
 * tree, so call it at the end of a study only.
 */
export function givenUpNotice(tree: TreeNode): string | null {
  const points: { readonly [name: string]: Scalar }[] = [];
  collect(tree, {}, points);
  if (points.length === 0) return null;
  const named = points.slice(0, mostNamed).map(describePoint).join(', ');
  const more = points.length > mostNamed ? ` and ${points.length - mostNamed} more` : '';
  const enqueued = points.find((point) => Object.keys(point).length > 0);
  const example = enqueued === undefined ? 'a point' : `it: study.enqueue(${describePoint(enqueued)})`;
  return `BruteForceSampler gives up ${points.length === 1 ? 'one point' : `${points.length} points`}: ${mostTries} trials ended there and none completed: ${named}${more}. To try one again, enqueue ${example}.`;
}

function collect(
  node: TreeNode,
  point: { readonly [name: string]: Scalar },
  points: { readonly [name: string]: Scalar }[],
): void {
  const { complete, settled } = node.ends;
  if (node.params.size === 0 && node.isDone && complete + settled === 0) points.push(point);
  for (const [name, { dist, children }] of node.params)
    for (const [key, child] of children)
      if (dist !== null && isValue(dist, key))
        collect(child, { ...point, [name]: toExternal(dist, key as number) }, points);
}

function describePoint(point: { readonly [name: string]: Scalar }): string {
  const entries = Object.entries(point);
  if (entries.length === 0) return 'before the first suggestion';
  return `{ ${entries.map(([name, value]) => `${/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : show(name)}: ${show(value)}`).join(', ')} }`;
}
