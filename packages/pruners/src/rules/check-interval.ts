/** At which steps a pruner checks a trial. Optuna's rule. */
export interface CheckInterval {
  /** No check before this step. */
  readonly warmupSteps: number;
  /** Steps between two checks, counted from the warmup. */
  readonly intervalSteps: number;
}

/**
 * Whether a check is due at the last of these steps (ascending, at least one): it is past the warmup, and no earlier
 * report lies in the same interval. A check at a step without a report waits for the next report.
 */
export function isCheckDue(steps: ArrayLike<number>, { warmupSteps, intervalSteps }: CheckInterval): boolean {
  const step = steps[steps.length - 1] as number;
  if (step < warmupSteps) return false;
  const previous = steps.length > 1 ? (steps[steps.length - 2] as number) : -1;
  return previous < Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
}
