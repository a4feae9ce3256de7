import {
  cardinality,
  contains,
  type Distribution,
  indexOfInternal,
  nthInternal,
  type Scalar,
  sameDistribution,
  toInternal,
} from '@asktell/core';

/** One suggestion of a trial: a parameter and its value. */
export interface Step {
  readonly name: string;
  /** `null` if unknown. */
  readonly dist: Distribution | null;
  /** The value as a key, see {@link keyOf}. */
  readonly key: unknown;
}

/**
 * A node of the suggestion tree: the position of a trial after some suggestions. Immutable: an insertion copies only the nodes
 * along its path, so clones of the state share their tree.
 */
export interface TreeNode {
  /** Parameters that trials suggested next, by name. A deterministic objective suggests one. */
  readonly params: ReadonlyMap<string, ParamBranches>;
  /** Number of trials that ended here. */
  readonly ends: number;
  /** Whether every point below has been tried. */
  readonly isDone: boolean;
}

/** The branches of one suggested parameter. */
export interface ParamBranches {
  readonly dist: Distribution | null;
  /** The nodes below, by {@link keyOf} of the value. */
  readonly children: ReadonlyMap<unknown, TreeNode>;
  /** Number of values of `dist` whose child is done. */
  readonly done: number;
  /** {@link keyOf} the fixed value, the only one to try. `undefined` if the parameter is free. */
  readonly fixedKey: number | undefined;
}

/** Fixed values by parameter name. */
export type FixedValues = ReadonlyMap<string, Scalar>;

export const noFixedValues: FixedValues = new Map();

/** A node that no trial has reached. */
export const unknownNode: TreeNode = { params: new Map(), ends: 0, isDone: false };

/** Identifies a value: the internal value of `dist`, rounded to its step, or the external value if `dist` is unknown. */
export function keyOf(dist: Distribution | null, external: unknown): unknown {
  if (dist === null) return external;
  return keyOfInternal(dist, toInternal(dist, external));
}

/** {@link keyOf} an internal value. */
export function keyOfInternal(dist: Distribution, x: number): number {
  const index = indexOfInternal(dist, x);
  return index < 0 ? x : nthInternal(dist, index);
}

/** Returns the tree with one more trial that ended after `path`. */
export function withPath(node: TreeNode, path: readonly Step[], fixed: FixedValues, from = 0): TreeNode {
  const step = path[from];
  if (step === undefined) return finish(node.params, node.ends + 1);
  const known = node.params.get(step.name);
  const before = known?.children.get(step.key) ?? unknownNode;
  const after = withPath(before, path, fixed, from + 1);
  const children = new Map(known?.children).set(step.key, after);
  const dist = step.dist ?? known?.dist ?? null;
  const isSame = known !== undefined && known.dist !== null && dist !== null && sameDistribution(known.dist, dist);
  const done = isSame
    ? known.done + (isValue(dist, step.key) ? Number(after.isDone) - Number(before.isDone) : 0)
    : countDone(dist, children);
  const fixedKey = fixedKeyOf(dist, fixed.get(step.name));
  return finish(new Map(node.params).set(step.name, { dist, children, done, fixedKey }), node.ends);
}

function fixedKeyOf(dist: Distribution | null, value: Scalar | undefined): number | undefined {
  return value !== undefined && dist !== null && contains(dist, value)
    ? keyOfInternal(dist, toInternal(dist, value))
    : undefined;
}

function finish(params: TreeNode['params'], ends: number): TreeNode {
  let isDone = params.size > 0 || ends > 0;
  for (const { dist, children, done, fixedKey } of params.values()) {
    const isLeft =
      fixedKey === undefined ? dist === null || done < cardinality(dist) : children.get(fixedKey)?.isDone !== true;
    if (isLeft) isDone = false;
  }
  return { params, ends, isDone };
}

function countDone(dist: Distribution | null, children: ParamBranches['children']): number {
  let done = 0;
  for (const [key, node] of children) if (node.isDone && dist !== null && isValue(dist, key)) done++;
  return done;
}

function isValue(dist: Distribution, key: unknown): boolean {
  return typeof key === 'number' && indexOfInternal(dist, key) >= 0;
}

/** The node at the end of a path of external values. */
export function nodeAt(root: TreeNode, chosen: Iterable<readonly [name: string, external: unknown]>): TreeNode {
  let node = root;
  for (const [name, external] of chosen) {
    const branches = node.params.get(name);
    if (branches === undefined) return unknownNode;
    node = branches.children.get(keyOf(branches.dist, external)) ?? unknownNode;
  }
  return node;
}
