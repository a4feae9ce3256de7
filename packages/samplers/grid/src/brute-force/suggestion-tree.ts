import {
  cardinality,
  contains,
  type Distribution,
  indexOfInternal,
  nthInternal,
  type Scalar,
  sameDistribution,
  toExternal,
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

/** How a trial ended, as far as the tree is concerned. `settled`: pruned where complete trials end. */
export type PathEnd = 'complete' | 'settled' | 'unfinished';

/**
 * A node of the suggestion tree: the position of a trial after some suggestions. Immutable: an insertion copies only the nodes
 * along its path, so clones of the state share their tree.
 */
export interface TreeNode {
  /** Parameters that trials suggested next, by name. A deterministic objective suggests one. */
  readonly params: ReadonlyMap<string, ParamBranches>;
  /** Number of trials that ended here in each way. `complete` starts again when a trial first suggests more. */
  readonly ends: Readonly<Record<PathEnd, number>>;
  /** Whether the objective has changed since the last trial here. The next trial shows what it suggests now. */
  readonly isOutdated: boolean;
  /** Whether a trial has ended at every point below. */
  readonly isTried: boolean;
  /** Whether no point below is to be tried, not even again. */
  readonly isDone: boolean;
}

/** What a search looks for: points that no trial has ended at, or also those that may be tried again. */
export type Progress = 'isTried' | 'isDone';

/** The branches of one suggested parameter. */
export interface ParamBranches {
  readonly dist: Distribution | null;
  /** The nodes below, by {@link keyOf} of the value. */
  readonly children: ReadonlyMap<unknown, TreeNode>;
  /** Number of values of `dist` whose child is tried. */
  readonly tried: number;
  /** Number of values of `dist` whose child is done. */
  readonly done: number;
  /** {@link keyOf} the fixed value, the only one to try. `undefined` if the parameter is free. */
  readonly fixedKey: number | undefined;
}

/** Fixed values by parameter name. */
export type FixedValues = ReadonlyMap<string, Scalar>;

export const noFixedValues: FixedValues = new Map();

const noEnds: TreeNode['ends'] = { complete: 0, settled: 0, unfinished: 0 };

/** A node that no trial has reached. */
export const unknownNode: TreeNode = {
  params: new Map(),
  ends: noEnds,
  isOutdated: false,
  isTried: false,
  isDone: false,
};

/** A node where this many trials ended without completing is given up: one trial, and two more tries. */
export const mostTries = 3;

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
export function withPath(
  node: TreeNode,
  path: readonly Step[],
  fixed: FixedValues,
  end: PathEnd = 'complete',
  from = 0,
): TreeNode {
  const step = path[from];
  if (step === undefined) return finish(node.params, { ...node.ends, [end]: node.ends[end] + 1 });
  const known = node.params.get(step.name);
  const before = known?.children.get(step.key) ?? unknownNode;
  const after = withPath(before, path, fixed, end, from + 1);
  const children = new Map(known?.children).set(step.key, after);
  const dist = step.dist ?? known?.dist ?? null;
  const isSame = known !== undefined && known.dist !== null && dist !== null && sameDistribution(known.dist, dist);
  const change = isSame && isValue(dist, step.key) ? 1 : 0;
  const { tried, done } = isSame
    ? {
        tried: known.tried + change * (Number(after.isTried) - Number(before.isTried)),
        done: known.done + change * (Number(after.isDone) - Number(before.isDone)),
      }
    : progressOf(dist, children);
  const fixedKey = fixedKeyOf(dist, fixed.get(step.name));
  const params = new Map(node.params).set(step.name, { dist, children, tried, done, fixedKey });
  return finish(params, node.params.size === 0 ? { ...node.ends, complete: 0 } : node.ends);
}

function fixedKeyOf(dist: Distribution | null, value: Scalar | undefined): number | undefined {
  return value !== undefined && dist !== null && contains(dist, value)
    ? keyOfInternal(dist, toInternal(dist, value))
    : undefined;
}

function finish(params: TreeNode['params'], ends: TreeNode['ends'], isOutdated = false): TreeNode {
  const { complete, settled, unfinished } = ends;
  if (isOutdated) return { params, ends, isOutdated, isTried: false, isDone: false };
  if (params.size === 0) {
    const isDone = complete + settled > 0 || unfinished >= mostTries;
    return { params, ends, isOutdated, isTried: isDone || unfinished > 0, isDone };
  }
  // The objective no longer suggests what it suggested here before.
  if (complete >= mostTries) return { params, ends, isOutdated, isTried: true, isDone: true };
  let isTried = true;
  let isDone = true;
  for (const { dist, children, tried, done, fixedKey } of params.values()) {
    const fixed = fixedKey === undefined ? undefined : (children.get(fixedKey) ?? unknownNode);
    const total = dist === null ? Number.POSITIVE_INFINITY : cardinality(dist);
    isTried &&= fixed === undefined ? tried >= total : fixed.isTried;
    isDone &&= fixed === undefined ? done >= total : fixed.isDone;
  }
  return { params, ends, isOutdated, isTried, isDone };
}

function progressOf(
  dist: Distribution | null,
  children: ParamBranches['children'],
): { readonly tried: number; readonly done: number } {
  let tried = 0;
  let done = 0;
  for (const [key, node] of children)
    if (dist !== null && isValue(dist, key)) {
      tried += Number(node.isTried);
      done += Number(node.isDone);
    }
  return { tried, done };
}

/** Whether a key is a value of `dist`. */
export function isValue(dist: Distribution, key: unknown): boolean {
  return typeof key === 'number' && indexOfInternal(dist, key) >= 0;
}

/**
 * The tree with other nodes. `revise` gets every node after those below it, and returns the node or another one.
 * @param revise gets the suggestion that leads to the node; `null` for the root
 */
export function revised(
  node: TreeNode,
  revise: (node: TreeNode, step: Step | null) => TreeNode,
  step: Step | null = null,
): TreeNode {
  let params: Map<string, ParamBranches> | null = null;
  for (const [name, branches] of node.params) {
    let children: Map<unknown, TreeNode> | null = null;
    for (const [key, child] of branches.children) {
      const other = revised(child, revise, { name, dist: branches.dist, key });
      if (other === child) continue;
      children ??= new Map(branches.children);
      children.set(key, other);
    }
    if (children === null) continue;
    params ??= new Map(node.params);
    params.set(name, { ...branches, children, ...progressOf(branches.dist, children) });
  }
  return revise(params === null ? node : finish(params, node.ends, node.isOutdated), step);
}

/** The node as one where the next trial shows what the objective suggests now. */
export function outdated({ params, ends }: TreeNode): TreeNode {
  return params.size === 0 ? unknownNode : finish(params, ends, true);
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

/** Identifies a suggestion by its name, and by its value if it is categorical. Numbers rarely decide what is suggested next. */
export function suggestionId({ name, dist, key }: Step): string {
  return dist?.kind === 'categorical' ? `${name}\u0000${String(toExternal(dist, key as number))}` : name;
}
