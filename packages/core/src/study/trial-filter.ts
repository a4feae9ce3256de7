import { type Checks, must, oneOfWords } from '../checks/checks.ts';
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
