/**
 * What most pages never need, in one place and only ever loaded by `lazy.ts`: bundlers make one chunk of it, and leave
 * it out of what a page downloads at first. (One chunk for each of these would share small pieces with the rest, and bundlers
 * would tear the rest apart.) Only asynchronous methods can use it, and never inside a transaction.
 */
export { addTrials } from '../ask-tell/add-trial.ts';
export { enqueue } from '../ask-tell/enqueue.ts';
export { noMoreTrials } from '../ask-tell/no-more-trials.ts';
export { findTellable } from '../ask-tell/tell-by-number.ts';
export { endedElsewhere } from '../ask-tell/told-elsewhere.ts';
export {
  checkAsk,
  checkConstraint,
  checkFilter,
  checkReport,
  checkTake,
  checkTell,
  refusePruning,
  warnRepeated,
} from '../checks/checks.ts';
export { Listeners } from '../optimize/listeners.ts';
export { checkRun } from '../optimize/run-checks.ts';
export { checkFixes } from '../proposal/fixes.ts';
export { paretoFront } from '../session/pareto-front.ts';
export { outcomeOfBadValue, refuseOutcome } from '../trial/outcome-checks.ts';
export { createAny } from './create-any.ts';
export { declareSpace } from './declare.ts';
export { setMetricNames } from './metric-names.ts';
export { resume } from './resume.ts';
export { toCsv, toRows } from './rows.ts';
