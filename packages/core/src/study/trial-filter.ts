import { type Checks, must, oneOfWords } from '../checks/checks.ts';
import type { TrialHistory } from '../history/history.ts';
import type { TrialState } from '../history/trial-record.ts';

/** Options of `study.trials`. */
export interface TrialFilter {
  /** Default: all states. */
  readonly states?: readonly TrialState[];
}

const isState = oneOfWords('waiting', 'running', 'complete', 'pruned', 'fail');
export const filterChecks: Checks<TrialFilter> = {
  states: must(
    "a list of 'waiting', 'running', 'complete', 'pruned' and 'fail'",
    (value) => Array.isArray(value) && value.every((state) => isState(state) === null),
  ),
};

/** The rows that a filter selects, ascending. */
export function rowsIn(history: TrialHistory, { states }: TrialFilter): number[] {
  const rows: number[] = [];
  for (let row = 0; row < history.size; row++)
    if (states === undefined || states.includes(history.state(row))) rows.push(row);
  return rows;
}
