/**
 * What most pages never need, in one place and only ever loaded by `lazy.ts`: bundlers make one chunk of it, and leave
 * it out of what a page downloads at first. (One chunk for each of these would share small pieces with the rest, and bundlers
 * would tear the rest apart.) Only asynchronous methods can use it, and never inside a transaction.
 */
export { addTrials } from './add-trial.ts';
export {
  checkAsk,
  checkConstraint,
  checkFilter,
  checkReport,
  checkTake,
  checkTell,
  refusePruning,
  warnRepeated,
} from './checks.ts';
export { createAny } from './create-any.ts';
export { declareSpace } from './declare.ts';
export { endedElsewhere } from './ended-elsewhere.ts';
export { enqueue } from './enqueue.ts';
export { checkFixes } from './fixes.ts';
export { Listeners } from './listeners.ts';
export { setMetricNames } from './metric-names.ts';
export { noMoreTrials } from './no-more-trials.ts';
export { outcomeOfBadValue, refuseOutcome } from './outcome-checks.ts';
export { paretoFront } from './pareto-front.ts';
export { resume } from './resume.ts';
export { toCsv, toRows } from './rows.ts';
export { checkRun } from './run-checks.ts';
export { findTellable } from './tell-by-number.ts';
