import type { Distribution, TrialHistory } from '@asktell/core';
import { changesOf, reopened } from './objective-change.ts';
import { SuggestionLog } from './suggestion-log.ts';
import {
  type FixedValues,
  keyOfInternal,
  type PathEnd,
  type Step,
  type TreeNode,
  unknownNode,
  withPath,
} from './suggestion-tree.ts';

/** The suggestions of the finished trials. */
export interface SuggestionState {
  tree: TreeNode;
  readonly fixed: FixedValues;
  readonly log: SuggestionLog;
  /** Changes of the objective that have reopened points. See `changesOf`. */
  readonly changes: Set<string>;
}

export function emptySuggestions(fixed: FixedValues): SuggestionState {
  return { tree: unknownNode, fixed, log: new SuggestionLog(), changes: new Set() };
}

export function cloneSuggestions({ tree, fixed, log, changes }: SuggestionState): SuggestionState {
  return { tree, fixed, log: new SuggestionLog(log), changes: new Set(changes) };
}

/** The suggestions of a trial, in order. */
export function pathOf(row: number, history: TrialHistory): readonly Step[] {
  const { names, dists, x } = history.params(row);
  return names.map((name, i) => {
    const dist = dists[i] as Distribution;
    return { name, dist, key: keyOfInternal(dist, x[i] as number) };
  });
}

/**
 * Adds a finished trial, except one of a lost worker. A trial that did not complete may have ended before it suggested
 * everything, so it leaves its last node open. A pruned trial closes it if complete trials end after the same suggestion. A
 * crashed one closes it, because it has been tried several times and each time its process died.
 */
export function absorbSuggestions(state: SuggestionState, row: number, history: TrialHistory): void {
  if (history.failure(row)?.code === 'lost') return;
  const path = pathOf(row, history);
  const isComplete = history.state(row) === 'complete';
  state.log.add(row, path, isComplete);
  const isSettled =
    history.failure(row)?.code === 'crashed' || (history.state(row) === 'pruned' && state.log.isLikelyComplete(path));
  const end: PathEnd = isComplete ? 'complete' : isSettled ? 'settled' : 'unfinished';
  const changes = changesOf(state.tree, path);
  state.tree = withPath(state.tree, path, state.fixed, end);
  for (const change of changes) {
    if (state.changes.has(change.id)) continue;
    state.changes.add(change.id);
    state.tree = reopened(state.tree, change);
    state.log.forget(change);
  }
}
