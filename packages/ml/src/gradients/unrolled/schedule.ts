import { AsktellError, show } from '@asktell/core';
import { exp } from '@asktell/numerics/elementary';

/** Rate and momentum of one step, with their derivatives with respect to the hyperparameters λ of the schedule. */
export interface SchedulePoint {
  rate: number;
  momentum: number;
  readonly rateSlope: Float64Array;
  readonly momentumSlope: Float64Array;
}

/** A differentiable schedule of learning rate and momentum. */
export interface Schedule {
  /** Length of λ. */
  readonly hyperparameters: number;
  /** Number of steps, if the schedule suits only trainings of this length. */
  readonly steps?: number;
  /** Writes the point of a step, 0 to steps - 1. The slopes contain 0 before. */
  at(step: number, lambda: Float64Array, point: SchedulePoint): void;
}

const sigmoid = (value: number): number => 1 / (1 + exp(-value));

/**
 * Constant rate and momentum in each of some segments of equal length. λ has two entries for each segment: the natural
 * logarithm of the rate, and the logit of the momentum, log(μ / (1 - μ)).
 * @param steps steps of the whole training
 * @throws AsktellError `invalid-argument`
 * @example piecewiseSchedule(100, 4) // λ: 8 numbers
 */
export function piecewiseSchedule(steps: number, segments: number): Schedule {
  requireCount('piecewiseSchedule: steps', steps);
  requireCount('piecewiseSchedule: segments', segments);
  if (segments > steps)
    throw new AsktellError(
      'invalid-argument',
      `piecewiseSchedule: ${segments} segments need at least as many steps, not ${steps}.`,
    );
  return {
    hyperparameters: 2 * segments,
    steps,
    at(step, lambda, point) {
      const segment = 2 * Math.floor((step * segments) / steps);
      point.rate = exp(lambda[segment] as number);
      point.rateSlope[segment] = point.rate;
      setMomentum(point, lambda, segment + 1);
    },
  };
}

/**
 * A rate that decays exponentially, and constant momentum. λ has three entries: the natural logarithm of the first rate,
 * that of the ratio of last and first rate, and the logit of the momentum, log(μ / (1 - μ)).
 * @param steps steps of the whole training, 2 or more
 * @throws AsktellError `invalid-argument`
 */
export function exponentialSchedule(steps: number): Schedule {
  requireCount('exponentialSchedule: steps', steps);
  return {
    hyperparameters: 3,
    steps,
    at(step, lambda, point) {
      const part = steps === 1 ? 0 : step / (steps - 1);
      point.rate = exp((lambda[0] as number) + part * (lambda[1] as number));
      point.rateSlope[0] = point.rate;
      point.rateSlope[1] = part * point.rate;
      setMomentum(point, lambda, 2);
    },
  };
}

function setMomentum(point: SchedulePoint, lambda: Float64Array, index: number): void {
  point.momentum = sigmoid(lambda[index] as number);
  point.momentumSlope[index] = point.momentum * (1 - point.momentum);
}

function requireCount(what: string, value: number): void {
  if (!(Number.isSafeInteger(value) && value >= 1))
    throw new AsktellError('invalid-argument', `${what} must be a whole number, 1 or more, not ${show(value)}.`);
}
