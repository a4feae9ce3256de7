import { check, checkValue } from '../checks/checks.ts';
import { AsktellError, show } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';

/** How far an optimization has come: what stop conditions look at, after every finished trial. */
export interface StudyProgress {
  /** Trials that this call has finished. */
  readonly finished: number;
  /** Best value so far among complete, feasible trials of the study; `undefined` without one, or with several objectives. */
  readonly bestValue: number | undefined;
  /** Number of the best trial. */
  readonly bestTrial: number | undefined;
  /** Complete trials of the study since its best one. */
  readonly sinceImprovement: number;
  /** Milliseconds since this call began. */
  readonly elapsedMs: number;
  readonly directions: readonly Direction[];
}

/** Says whether to stop. Combine with {@link anyOf} and {@link allOf}. */
export type StopCondition = (progress: StudyProgress) => boolean;

/**
 * No better value in the last `trials` complete trials.
 * @example study.optimize(objective, { until: noImprovement(50) })
 */
export function noImprovement(trials: number): StopCondition {
  checkValue('noImprovement: the number of trials', trials, check.count(1));
  return ({ bestTrial, sinceImprovement }) => bestTrial !== undefined && sinceImprovement >= trials;
}

/** The best value is at least as good as `value`. */
export function targetReached(value: number): StopCondition {
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new AsktellError('invalid-argument', `targetReached: the target must be a number, not ${show(value)}.`);
  return ({ bestValue, directions }) =>
    bestValue !== undefined && (directions[0] === 'maximize' ? bestValue >= value : bestValue <= value);
}

/** That many milliseconds have gone by. Unlike the option `timeout`, it does not interrupt running trials. */
export function elapsed(ms: number): StopCondition {
  checkValue('elapsed: the time', ms, check.duration);
  return ({ elapsedMs }) => elapsedMs >= ms;
}

/** One of the conditions holds. */
export function anyOf(...conditions: readonly StopCondition[]): StopCondition {
  checkConditions('anyOf', conditions);
  return (progress) => conditions.some((condition) => condition(progress));
}

/** All conditions hold. */
export function allOf(...conditions: readonly StopCondition[]): StopCondition {
  checkConditions('allOf', conditions);
  return (progress) => conditions.length > 0 && conditions.every((condition) => condition(progress));
}

function checkConditions(where: string, conditions: readonly unknown[]): void {
  for (const condition of conditions) {
    if (typeof condition === 'function') continue;
    throw new AsktellError(
      'invalid-argument',
      `${where}: ${show(condition)} is no stop condition; use noImprovement(50), targetReached(0), elapsed(60_000), or a function.`,
    );
  }
}
