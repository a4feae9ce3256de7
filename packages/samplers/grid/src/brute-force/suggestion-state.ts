import { type Distribution, type TrialHistory, toExternal } from '@asktell/core';
import { type FixedValues, keyOfInternal, type Step, type TreeNode, unknownNode, withPath } from './suggestion-tree.ts';

/** The suggestions of the finished trials. */
export interface SuggestionState {
  tree: TreeNode;
  readonly fixed: FixedValues;
  /** Suggestions that were the last one of a complete trial. See `suggestionId`. */
  readonly last: Set<string>;
  /** Suggestions that were followed by another one. */
  readonly inner: Set<string>;
}

export function emptySuggestions(fixed: FixedValues): SuggestionState {
  return { tree: unknownNode, fixed, last: new Set(), inner: new Set() };
}

export function cloneSuggestions({ tree, fixed, last, inner }: SuggestionState): SuggestionState {
  return { tree, fixed, last: new Set(last), inner: new Set(inner) };
}

/** The suggestions of a trial, in order. */
export function pathOf(row: number, history: TrialHistory): readonly Step[] {
  const { names, dists, x } = history.params(row);
  return names.map((name, i) => {
    const dist = dists[i] as Distribution;
    return { name, dist, key: keyOfInternal(dist, x[i] as number) };
  });
}

/** Adds a finished trial. All outcomes count, except trials of lost workers. */
export function absorbSuggestions(state: SuggestionState, row: number, history: TrialHistory): void {
  if (history.failure(row)?.code === 'lost') return;
  const path = pathOf(row, history);
  state.tree = withPath(state.tree, path, state.fixed);
  path.forEach((step, i) => {
    if (i < path.length - 1) state.inner.add(suggestionId(step));
    else if (history.state(row) === 'complete') state.last.add(suggestionId(step));
  });
}

/** Whether a trial with these suggestions is likely to suggest nothing more: no other trial did after the same last one. */
export function isLikelyComplete({ last, inner }: SuggestionState, path: readonly Step[]): boolean {
  const step = path[path.length - 1];
  if (step === undefined) return false;
  const id = suggestionId(step);
  return last.has(id) && !inner.has(id);
}

/** Identifies a suggestion by its name, and by its value if it is categorical. Numbers rarely decide what is suggested next. */
function suggestionId({ name, dist, key }: Step): string {
  return dist?.kind === 'categorical' ? `${name}\u0000${String(toExternal(dist, key as number))}` : name;
}
