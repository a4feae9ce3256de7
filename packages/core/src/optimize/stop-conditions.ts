import { check, checkValue } from '../checks/checks.ts';
import { AsktellError, show } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';
import { yesOrNo } from '../yes-or-no.ts';

/** The progress of an `optimize` call, as passed to stop conditions after every finished trial. */
export interface StudyProgress {
  /** Number of trials that this call has finished. */
  readonly finished: number;
  /** Best value of complete, feasible trials of the study; `undefined` if there is none, or with several objectives. */
  readonly bestValue: number | undefined;
  /** Number of the best trial. `undefined` as for `bestValue`. */
  readonly bestTrial: number | undefined;
  /** Number of complete trials of the study since its best one. */
  readonly sinceImprovement: number;
  /** Milliseconds since this call began. */
  readonly elapsedMs: number;
  readonly directions: readonly Direction[];
}

/** Returns whether to stop. Combine conditions with {@link anyOf} and {@link allOf}. */
export type StopCondition = (progress: StudyProgress) => boolean;

/**
 * Stops when the last `trials` complete trials have not improved the best value.
 * @throws AsktellError `invalid-argument`
 * @example study.optimize(objective, { until: noImprovement(50) })
 */
export function noImprovement(trials: number): StopCondition {
  checkValue('noImprovement: the number of trials', trials, check.count(1));
  return ({ bestTrial, sinceImprovement }) => bestTrial !== undefined && sinceImprovement >= trials;
}

/**
 * Stops when the best value is at least as good as `value`.
 * @throws AsktellError `invalid-argument`
 */
export function targetReached(value: number): StopCondition {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new AsktellError('invalid-argument', `targetReached: the target must be a number, not ${show(value)}.`);
  return ({ bestValue, directions }) =>
    bestValue !== undefined && (directions[0] === 'maximize' ? bestValue >= value : bestValue <= value);
}

/**
 * Stops after `ms` milliseconds, when the next trial ends. The option `timeout` does not wait for a trial.
 * @throws AsktellError `invalid-argument`
 */
export function elapsed(ms: number): StopCondition {
  checkValue('elapsed: the time', ms, check.duration);
  return ({ elapsedMs }) => elapsedMs >= ms;
}

/**
 * Stops when at least one of the conditions is met.
 * @throws AsktellError `invalid-argument`
 */
export function anyOf(...conditions: readonly StopCondition[]): StopCondition {
  checkConditions('anyOf', conditions);
  return (progress) => conditions.some((condition) => isMet('anyOf', condition, progress));
}

/**
 * Stops when all conditions are met. Without conditions, never.
 * @throws AsktellError `invalid-argument`
 */
export function allOf(...conditions: readonly StopCondition[]): StopCondition {
  checkConditions('allOf', conditions);
  return (progress) => conditions.length > 0 && conditions.every((condition) => isMet('allOf', condition, progress));
}

function isMet(where: string, condition: StopCondition, progress: StudyProgress): boolean {
  return yesOrNo(condition(progress), 'invalid-argument', `${where}: a stop condition`);
}

function checkConditions(where: string, conditions: readonly unknown[]): void {
  for (const condition of conditions) {
    if (typeof condition === 'function') continue;
    throw new AsktellError(
      'invalid-argument',
      `${where}: ${show(condition)} is not a stop condition. Use noImprovement(50), targetReached(0), elapsed(60_000), or a function.`,
    );
  }
}
