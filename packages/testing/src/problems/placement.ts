import { float, type Rng, rngFor, type SpaceFields } from '@asktell/core';
import type { TestFunction } from './functions/function.ts';
import { multiply, randomOrthogonal } from './orthogonal.ts';
import type { ProblemParams } from './problem.ts';

/** A function in a box of floats `x1`, `x2`, …, its optimum somewhere between the middle and the corners. */
export interface Placed {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly optimum: readonly number[];
  readonly evaluate: (x: ArrayLike<number>) => number;
}

/** Where an optimum may lie, as a share of a range: from 0.1 to 0.38, or as far from the other end. */
export function offCentre(rng: Rng): number {
  const share = 0.1 + 0.28 * rng.float();
  return rng.float() < 0.5 ? share : 1 - share;
}

/** Moves the optimum to a random place; `rotated` turns the function about it. f(R (x − optimum) + minimizer). */
export function placed(f: TestFunction, dimensions: number, seed: number, rotated: boolean): Placed {
  const { low, high } = f.box(dimensions);
  const rng = rngFor(seed, dimensions, `placement of ${f.name}`);
  const optimum = low.map((from, i) => from + offCentre(rng) * ((high[i] as number) - from));
  const minimizer = f.minimizer(dimensions);
  const rotation = rotated ? randomOrthogonal(dimensions, rng.fork('rotation')) : null;
  return { low, high, optimum, evaluate: (x) => f.evaluate(toFunction(x, optimum, minimizer, rotation)) };
}

/** From where a trial is to where the function is evaluated. */
export function toFunction(
  x: ArrayLike<number>,
  optimum: readonly number[],
  minimizer: readonly number[],
  rotation: readonly Float64Array[] | null,
): Float64Array {
  const away = Float64Array.from(optimum, (value, i) => (x[i] as number) - value);
  const turned = rotation === null ? away : multiply(rotation, away);
  return turned.map((value, i) => value + (minimizer[i] as number));
}

/**
 * Leaves the function where it is and cuts off its box, by up to three tenths on one side of each coordinate: for functions
 * that have better values outside. The minimizer must be at least three tenths away from either end.
 */
export function cutOff(f: TestFunction, dimensions: number, seed: number): Placed {
  const box = f.box(dimensions);
  const rng = rngFor(seed, dimensions, `placement of ${f.name}`);
  const low = [...box.low];
  const high = [...box.high];
  for (let i = 0; i < dimensions; i++) {
    const cut = (0.15 + 0.15 * rng.float()) * ((high[i] as number) - (low[i] as number));
    if (rng.float() < 0.5) low[i] = (low[i] as number) + cut;
    else high[i] = (high[i] as number) - cut;
  }
  return { low, high, optimum: f.minimizer(dimensions), evaluate: (x) => f.evaluate(x) };
}

/** `x1`, `x2`, … as a space. */
export function floatSpace(low: readonly number[], high: readonly number[]): SpaceFields {
  return Object.fromEntries(low.map((from, i) => [`x${i + 1}`, float(from, high[i] as number)]));
}

/** Params to vector, for a {@link floatSpace}. */
export function toVector(params: ProblemParams, dimensions: number): Float64Array {
  return Float64Array.from({ length: dimensions }, (_, i) => params[`x${i + 1}`] as number);
}

/** Vector to params, for a {@link floatSpace}. */
export function toParams(x: readonly number[]): ProblemParams {
  return Object.fromEntries(x.map((value, i) => [`x${i + 1}`, value]));
}
