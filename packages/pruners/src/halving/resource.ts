import { type Check, must, type TrialHistory } from '@asktell/core';

const isWhole = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;

/** A number of steps, or `'auto'`. */
export const resourceCheck: Check = must(
  "'auto' or a whole number, 1 or more",
  (value) => value === 'auto' || isWhole(value),
);

/** The largest step of a complete trial, -1 when it is not complete or has no report. */
export function lengthOf(history: TrialHistory, row: number): number {
  if (history.state(row) !== 'complete') return -1;
  const { steps } = history.reports(row);
  return steps.length === 0 ? -1 : (steps[steps.length - 1] as number);
}

/** The first rung that Optuna derives from the largest step of a complete trial: a hundredth of it. */
export function autoMinResource(length: number): number {
  return Math.max(Math.floor(length / 100), 1);
}
