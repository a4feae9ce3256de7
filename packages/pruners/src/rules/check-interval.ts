/** The steps at which a pruner checks a trial. Source: Optuna 5.0. */
export interface CheckInterval {
  /** First step with a check. */
  readonly warmupSteps: number;
  /** Number of steps between two checks, counted from the warmup. */
  readonly intervalSteps: number;
}

/**
 * Whether a check is due at the last of these steps (ascending, at least one): the warmup is over, and no earlier
 * report is in the same interval.
 */
export function isCheckDue(steps: ArrayLike<number>, { warmupSteps, intervalSteps }: CheckInterval): boolean {
  const step = steps[steps.length - 1] as number;
  if (step < warmupSteps) return false;
  const previous = steps.length > 1 ? (steps[steps.length - 2] as number) : -1;
  return previous < Math.floor((step - warmupSteps) / intervalSteps) * intervalSteps + warmupSteps;
}
