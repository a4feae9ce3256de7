import { AsktellError, show } from '@asktell/core';
import { checkLambda, isFiniteArray } from '../implicit/implicit-gradient.ts';
import type { Schedule, SchedulePoint } from './schedule.ts';

/** A training whose schedule is to be tuned. */
export interface Training {
  /** The parameters before the first step. */
  readonly start: Float64Array;
  /** Number of steps. */
  readonly steps: number;
  /** Writes the gradient of the training loss at x in a step, 0 to steps - 1. */
  gradient(x: Float64Array, step: number, gradient: Float64Array): void;
  /** Writes H v, with the Hessian H of the training loss at x in a step. */
  hessianProduct(x: Float64Array, step: number, v: Float64Array, product: Float64Array): void;
  /** Returns the value of the trained parameters, such as a validation loss, and writes its gradient. */
  outer(x: Float64Array, gradient: Float64Array): number;
}

/**
 * The value of a training with momentum, and its gradient with respect to the hyperparameters of the schedule. Forward mode
 * carries the derivatives dx/dλ and dv/dλ along with the training: v ← μ v - α ∇f(x), x ← x + v. It stores no history. A
 * step costs a Hessian product for each hyperparameter, so it suits schedules with few of them.
 *
 * Source: Franceschi, Donini, Frasconi and Pontil, Forward and reverse gradient-based hyperparameter optimization, ICML
 * 2017, section 3.2.
 *
 * @example
 * const objective = new ForwardGradient(training, exponentialSchedule(training.steps));
 * const gradient = new Float64Array(3);
 * const value = objective.evaluate(Float64Array.of(Math.log(0.1), 0, 2), gradient);
 */
export class ForwardGradient {
  readonly training: Training;
  readonly schedule: Schedule;
  /** The parameters after the last training. */
  readonly x: Float64Array;
  readonly #velocity: Float64Array;
  readonly #gradient: Float64Array;
  readonly #image: Float64Array;
  readonly #point: SchedulePoint;
  /** dx/dλ_j and dv/dλ_j. */
  readonly #tangents: readonly { readonly x: Float64Array; readonly v: Float64Array }[];

  /** @throws AsktellError `invalid-argument` */
  constructor(training: Training, schedule: Schedule) {
    checkTraining(training);
    checkSchedule(schedule, training.steps);
    const n = training.start.length;
    this.training = training;
    this.schedule = schedule;
    this.x = training.start.slice();
    this.#velocity = new Float64Array(n);
    this.#gradient = new Float64Array(n);
    this.#image = new Float64Array(n);
    this.#point = {
      rate: 0,
      momentum: 0,
      rateSlope: new Float64Array(schedule.hyperparameters),
      momentumSlope: new Float64Array(schedule.hyperparameters),
    };
    this.#tangents = Array.from({ length: schedule.hyperparameters }, () => ({
      x: new Float64Array(n),
      v: new Float64Array(n),
    }));
  }

  /**
   * Trains from the start. Returns the outer value and writes its gradient.
   * @throws AsktellError `invalid-argument` for λ or a gradient of the wrong length, or a λ that is not finite;
   *   `invalid-value` if the training diverges
   */
  evaluate(lambda: Float64Array, gradient: Float64Array): number {
    const { training, schedule, x } = this;
    checkLambda('ForwardGradient.evaluate', schedule.hyperparameters, lambda, gradient);
    x.set(training.start);
    this.#velocity.fill(0);
    for (const tangent of this.#tangents) {
      tangent.x.fill(0);
      tangent.v.fill(0);
    }
    for (let step = 0; step < training.steps; step++) this.#advance(step, lambda);
    const outer = this.#gradient;
    const value = training.outer(x, outer);
    for (const [j, tangent] of this.#tangents.entries()) {
      let sum = 0;
      for (let i = 0; i < x.length; i++) sum += (outer[i] as number) * (tangent.x[i] as number);
      gradient[j] = sum;
    }
    if (!Number.isFinite(value) || !isFiniteArray(gradient))
      throw new AsktellError(
        'invalid-value',
        `ForwardGradient: the training diverges at lambda ${show([...lambda])}: the outer value is ${value}. Lower the rates.`,
      );
    return value;
  }

  #advance(step: number, lambda: Float64Array): void {
    const { training, x } = this;
    const [v, g, image, point] = [this.#velocity, this.#gradient, this.#image, this.#point];
    point.rateSlope.fill(0);
    point.momentumSlope.fill(0);
    this.schedule.at(step, lambda, point);
    training.gradient(x, step, g);
    const { rate, momentum } = point;
    for (const [j, tangent] of this.#tangents.entries()) {
      // d(μ v - α g) = μ dv + dμ v - dα g - α H dx, at the old x and v.
      training.hessianProduct(x, step, tangent.x, image);
      const rateSlope = point.rateSlope[j] as number;
      const momentumSlope = point.momentumSlope[j] as number;
      for (let i = 0; i < x.length; i++) {
        const change =
          momentum * (tangent.v[i] as number) +
          momentumSlope * (v[i] as number) -
          rateSlope * (g[i] as number) -
          rate * (image[i] as number);
        tangent.v[i] = change;
        tangent.x[i] = (tangent.x[i] as number) + change;
      }
    }
    for (let i = 0; i < x.length; i++) {
      v[i] = momentum * (v[i] as number) - rate * (g[i] as number);
      x[i] = (x[i] as number) + (v[i] as number);
    }
  }
}

/** @throws AsktellError `invalid-argument` */
function checkTraining(training: unknown): void {
  const given = (training ?? {}) as { readonly [name: string]: unknown };
  if (!(given['start'] instanceof Float64Array) || given['start'].length === 0 || !isFiniteArray(given['start']))
    throw invalid(`start of the training must be a Float64Array of finite numbers, not ${show(given['start'])}`);
  if (!(Number.isSafeInteger(given['steps']) && (given['steps'] as number) >= 1))
    throw invalid(`steps of the training must be a whole number, 1 or more, not ${show(given['steps'])}`);
  for (const name of ['gradient', 'hessianProduct', 'outer'])
    if (typeof given[name] !== 'function')
      throw invalid(`${name} of the training must be a function, not ${show(given[name])}`);
}

function checkSchedule(schedule: unknown, steps: number): void {
  const given = (schedule ?? {}) as { readonly [name: string]: unknown };
  const { hyperparameters } = given;
  if (!(Number.isSafeInteger(hyperparameters) && (hyperparameters as number) >= 1) || typeof given['at'] !== 'function')
    throw invalid(
      `schedule must be an object with hyperparameters and at(step, lambda, point), such as exponentialSchedule(${steps}), not ${show(schedule)}`,
    );
  if (given['steps'] !== undefined && given['steps'] !== steps)
    throw invalid(`the schedule is for ${show(given['steps'])} steps, but the training has ${steps}`);
}

function invalid(problem: string): AsktellError {
  return new AsktellError('invalid-argument', `ForwardGradient: ${problem}.`);
}
