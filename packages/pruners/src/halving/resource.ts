import { type Check, must } from '@asktell/core';
import type { Measurements } from '../rules/measurements.ts';

const isWhole = (value: unknown): boolean => typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;

/** A number of steps, or `'auto'`. */
export const resourceCheck: Check = must(
  "'auto' or a whole number, 1 or more",
  (value) => value === 'auto' || isWhole(value),
);

/** The largest step of a complete trial, or -1 for a trial that is not complete or has no reports. */
export function lengthOf(seen: Measurements, row: number): number {
  if (seen.state(row) !== 'complete') return -1;
  const { steps } = seen.reports(row);
  return steps.length === 0 ? -1 : (steps[steps.length - 1] as number);
}

/** Optuna's first rung: a hundredth of the largest step of a complete trial, at least 1. */
export function autoMinResource(length: number): number {
  return Math.max(Math.floor(length / 100), 1);
}
