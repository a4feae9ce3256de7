import { float, type Rng, rngFor, type SpaceFields } from '@asktell/core';
import type { TestFunction } from './functions/test-function.ts';
import { multiply, randomOrthogonal } from './orthogonal.ts';
import type { ProblemParams } from './problem.ts';

/** A function in a box of floats `x1`, `x2`, …, with its optimum away from the middle and the boundary. */
export interface Placed {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly optimum: readonly number[];
  readonly evaluate: (x: ArrayLike<number>) => number;
}

/** A random position in [0.1, 0.38] or [0.62, 0.9], as a fraction of a range. */
export function offCentre(rng: Rng): number {
  const share = 0.1 + 0.28 * rng.float();
  return rng.float() < 0.5 ? share : 1 - share;
}

/** Moves the optimum to a random point: f(R (x − optimum) + minimizer), where R is the identity unless `rotated`. */
export function placed(f: TestFunction, dimensions: number, seed: number, rotated: boolean): Placed {
  const { low, high } = f.box(dimensions);
  const rng = rngFor(seed, dimensions, `placement of ${f.name}`);
  const optimum = low.map((from, i) => from + offCentre(rng) * ((high[i] as number) - from));
  const minimizer = f.minimizer(dimensions);
  const rotation = rotated ? randomOrthogonal(dimensions, rng.fork('rotation')) : null;
  return { low, high, optimum, evaluate: (x) => f.evaluate(toFunction(x, optimum, minimizer, rotation)) };
}

/** Maps a point of the problem to the argument of the test function. */
export function toFunction(
  x: ArrayLike<number>,
  optimum: readonly number[],
  minimizer: readonly number[],
  rotation: readonly Float64Array[] | null,
): Float64Array {
  const away = Float64Array.from(optimum, (value, i) => (x[i] as number) - value);
  const rotatedOffset = rotation === null ? away : multiply(rotation, away);
  return rotatedOffset.map((value, i) => value + (minimizer[i] as number));
}

/**
 * Does not move the function but cuts up to 0.3 of the box off one side of each coordinate. For functions that have better
 * values outside their box. The minimizer must be at least 0.3 of the range away from both ends.
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

/** A space of floats `x1`, `x2`, … */
export function floatSpace(low: readonly number[], high: readonly number[]): SpaceFields {
  return Object.fromEntries(low.map((from, i) => [`x${i + 1}`, float(from, high[i] as number)]));
}

/** Converts params of a {@link floatSpace} to a vector. */
export function toVector(params: ProblemParams, dimensions: number): Float64Array {
  return Float64Array.from({ length: dimensions }, (_, i) => params[`x${i + 1}`] as number);
}

/** Converts a vector to params of a {@link floatSpace}. */
export function toParams(x: readonly number[]): ProblemParams {
  return Object.fromEntries(x.map((value, i) => [`x${i + 1}`, value]));
}
