import { AsktellError, show, type TrialHistory } from '@asktell/core';
import { pathOf } from './suggestion-state.ts';

/** A node of the paths of finished trials. */
interface PathNode {
  readonly next: Map<string, Map<unknown, PathNode>>;
  /** Whether a complete trial ended here. */
  isEnd: boolean;
}

/**
 * Numbers of the finished trials whose suggestions repeat those of an earlier complete trial, in finish order. Lost trials do
 * not count. In a define-by-run study with a `BruteForceSampler` these are collisions between overlapping trials, and points
 * that were enqueued twice. One pass over the history.
 * @throws AsktellError `invalid-argument` for something else than a history
 * @example console.log(`${repeatedTrials(study.history).length} trials repeated earlier ones`);
 */
export function repeatedTrials(history: TrialHistory): readonly number[] {
  if (typeof history !== 'object' || history === null || history.finished === undefined)
    throw new AsktellError('invalid-argument', `repeatedTrials: give study.history, not ${show(history)}.`);
  const repeated: number[] = [];
  const root: PathNode = { next: new Map(), isEnd: false };
  for (const row of history.finished) {
    if (history.failure(row)?.code === 'lost') continue;
    const node = nodeOf(root, row, history);
    if (node.isEnd) repeated.push(row);
    else if (history.state(row) === 'complete') node.isEnd = true;
  }
  return repeated;
}

function nodeOf(root: PathNode, row: number, history: TrialHistory): PathNode {
  let node = root;
  for (const { name, key } of pathOf(row, history)) {
    const values = node.next.get(name) ?? new Map<unknown, PathNode>();
    node.next.set(name, values);
    const child = values.get(key) ?? { next: new Map(), isEnd: false };
    values.set(key, child);
    node = child;
  }
  return node;
}
