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

/** One suggestion: what was asked for, and what was answered. */
export interface Step {
  readonly name: string;
  /** `null` when it is not known. */
  readonly dist: Distribution | null;
  /** See {@link keyOf}. */
  readonly key: unknown;
}

/** Where a trial stands after some suggestions. Immutable: insertion copies the nodes along the path, so that clones are free. */
export interface TreeNode {
  /** What trials asked for from here; a deterministic objective always asks for the same. */
  readonly questions: ReadonlyMap<string, Question>;
  /** Trials that ended here. */
  readonly ends: number;
  /** Whether nothing is left below. */
  readonly isDone: boolean;
}

export interface Question {
  readonly dist: Distribution | null;
  /** By {@link keyOf}. */
  readonly answers: ReadonlyMap<unknown, TreeNode>;
  /** How many values of `dist` lead to a node that is done. */
  readonly done: number;
  /** The one answer that matters, by {@link keyOf}, where the parameter is fixed; `undefined`: all of them do. */
  readonly only: number | undefined;
}

/** Values by parameter name that every trial is given: nothing else is left to try. */
export type Fixes = ReadonlyMap<string, Scalar>;

export const noFixes: Fixes = new Map();

/** Nobody has been here. */
export const unknownNode: TreeNode = { questions: new Map(), ends: 0, isDone: false };

/** What tells the values of a parameter apart: the internal value, steps without their rounding; the value itself without a distribution. */
export function keyOf(dist: Distribution | null, external: unknown): unknown {
  if (dist === null) return external;
  return keyOfInternal(dist, toInternal(dist, external));
}

/** The same from an internal value. */
export function keyOfInternal(dist: Distribution, x: number): number {
  const index = indexOfInternal(dist, x);
  return index < 0 ? x : nthInternal(dist, index);
}

/** The tree with one more trial that ended at the end of `path`. */
export function withPath(node: TreeNode, path: readonly Step[], fixes: Fixes, from = 0): TreeNode {
  const step = path[from];
  if (step === undefined) return finish(node.questions, node.ends + 1);
  const known = node.questions.get(step.name);
  const before = known?.answers.get(step.key) ?? unknownNode;
  const after = withPath(before, path, fixes, from + 1);
  const answers = new Map(known?.answers).set(step.key, after);
  const dist = step.dist ?? known?.dist ?? null;
  const isSame = known !== undefined && known.dist !== null && dist !== null && sameDistribution(known.dist, dist);
  const done = isSame
    ? known.done + (isValue(dist, step.key) ? Number(after.isDone) - Number(before.isDone) : 0)
    : countDone(dist, answers);
  const only = onlyAnswer(dist, fixes.get(step.name));
  return finish(new Map(node.questions).set(step.name, { dist, answers, done, only }), node.ends);
}

function onlyAnswer(dist: Distribution | null, value: Scalar | undefined): number | undefined {
  return value !== undefined && dist !== null && contains(dist, value)
    ? keyOfInternal(dist, toInternal(dist, value))
    : undefined;
}

function finish(questions: TreeNode['questions'], ends: number): TreeNode {
  let isDone = questions.size > 0 || ends > 0;
  for (const { dist, answers, done, only } of questions.values()) {
    const isLeft = only === undefined ? dist === null || done < cardinality(dist) : answers.get(only)?.isDone !== true;
    if (isLeft) isDone = false;
  }
  return { questions, ends, isDone };
}

function countDone(dist: Distribution | null, answers: Question['answers']): number {
  let done = 0;
  for (const [key, node] of answers) if (node.isDone && dist !== null && isValue(dist, key)) done++;
  return done;
}

function isValue(dist: Distribution, key: unknown): boolean {
  return typeof key === 'number' && indexOfInternal(dist, key) >= 0;
}

/** The node at the end of a path of external values. */
export function nodeAt(root: TreeNode, chosen: Iterable<readonly [name: string, external: unknown]>): TreeNode {
  let node = root;
  for (const [name, external] of chosen) {
    const question = node.questions.get(name);
    if (question === undefined) return unknownNode;
    node = question.answers.get(keyOf(question.dist, external)) ?? unknownNode;
  }
  return node;
}
