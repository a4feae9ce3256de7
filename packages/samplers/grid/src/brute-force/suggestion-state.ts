import { type Distribution, type TrialHistory, toExternal } from '@asktell/core';
import { type Fixes, keyOfInternal, type Step, type TreeNode, unknownNode, withPath } from './suggestion-tree.ts';

/** What finished trials have suggested. */
export interface SuggestionState {
  tree: TreeNode;
  readonly fixes: Fixes;
  /** After which answers trials were complete, and after which they went on. */
  readonly last: Set<string>;
  readonly inner: Set<string>;
}

export function emptySuggestions(fixes: Fixes): SuggestionState {
  return { tree: unknownNode, fixes, last: new Set(), inner: new Set() };
}

export function cloneSuggestions({ tree, fixes, last, inner }: SuggestionState): SuggestionState {
  return { tree, fixes, last: new Set(last), inner: new Set(inner) };
}

/** The suggestions of a row, in order. */
export function pathOf(row: number, history: TrialHistory): readonly Step[] {
  const { names, dists, x } = history.params(row);
  return names.map((name, i) => {
    const dist = dists[i] as Distribution;
    return { name, dist, key: keyOfInternal(dist, x[i] as number) };
  });
}

/** A trial of any outcome has been where it ended, unless its worker was lost. */
export function absorbSuggestions(state: SuggestionState, row: number, history: TrialHistory): void {
  if (history.failure(row)?.code === 'lost') return;
  const path = pathOf(row, history);
  state.tree = withPath(state.tree, path, state.fixes);
  path.forEach((step, i) => {
    if (i < path.length - 1) state.inner.add(answerOf(step));
    else if (history.state(row) === 'complete') state.last.add(answerOf(step));
  });
}

/** Whether a trial that stands here is likely to suggest nothing more: others never did after the same answer. */
export function isLikelyComplete({ last, inner }: SuggestionState, path: readonly Step[]): boolean {
  const step = path[path.length - 1];
  if (step === undefined) return false;
  const answer = answerOf(step);
  return last.has(answer) && !inner.has(answer);
}

/** Which choice was made decides about what follows; which number, seldom. */
function answerOf({ name, dist, key }: Step): string {
  return dist?.kind === 'categorical' ? `${name}\u0000${String(toExternal(dist, key as number))}` : name;
}
