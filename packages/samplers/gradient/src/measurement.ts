import {
  type CompiledSpace,
  type Distribution,
  type FloatDist,
  fromUnit,
  isLogScaled,
  isSingle,
  type ParamSpec,
  type TrialHistory,
  toUnit,
} from '@asktell/core';
import { log } from '@asktell/numerics/elementary';
import type { Box } from './chain.ts';

/** A complete trial with derivatives, in the internal scale: every float maps to [0, 1], lower losses are better. */
export interface Measurement {
  /** The trial's number. */
  readonly row: number;
  /** Position of each float. 0.5 where the float is inactive. */
  readonly u: Float64Array;
  /** Derivative of the loss by each position. NaN where none was told. */
  readonly g: Float64Array;
  /** The value, negated for `maximize`. */
  readonly loss: number;
  /** Standard error of the value, 0 if none was told. */
  readonly error: number;
  /** Internal values of all parameters in the order of the space, NaN = inactive. */
  readonly x: Float64Array;
}

/** The floats of a space as positions in [0, 1]: on the log scale for log ranges, continuous for stepped ones. */
export class Axes {
  readonly space: CompiledSpace;
  /** Indexes of the floats in `space.params`. */
  readonly indexes: Int32Array;
  /** Indexes of all other parameters with more than one value. */
  readonly others: Int32Array;
  /** The positions of the smallest and the largest value of each float. */
  readonly box: Box;

  constructor(space: CompiledSpace) {
    this.space = space;
    const free = space.params.flatMap(({ dist }, i) => (isSingle(dist) ? [] : [i]));
    const isFloat = (i: number): boolean => (space.params[i] as ParamSpec).dist.kind === 'float';
    this.indexes = Int32Array.from(free.filter(isFloat));
    this.others = Int32Array.from(free.filter((i) => !isFloat(i)));
    this.box = {
      lower: Float64Array.from(this.indexes, (_, a) => toUnit(this.dist(a), this.dist(a).low)),
      upper: Float64Array.from(this.indexes, (_, a) => toUnit(this.dist(a), this.dist(a).high)),
    };
  }

  get size(): number {
    return this.indexes.length;
  }

  dist(axis: number): FloatDist {
    return this.#param(axis).dist as FloatDist;
  }

  #param(axis: number): ParamSpec {
    return this.space.params[this.indexes[axis] as number] as ParamSpec;
  }

  /** Writes the values of positions. The values of other parameters are not changed. */
  toInternal(u: Float64Array, x: Float64Array): void {
    for (let a = 0; a < this.size; a++) {
      const i = this.indexes[a] as number;
      if (!Number.isNaN(x[i])) x[i] = fromUnit(this.dist(a), u[a] as number);
    }
  }

  /** Reads a finished trial. `null` if it has no value, no derivative by a float, or is infeasible. */
  measure(row: number, history: TrialHistory): Measurement | null {
    if (history.state(row) !== 'complete' || (history.violation[row] as number) > 0) return null;
    const told = history.gradient(row);
    const value = history.values(0)[row] as number;
    if (told === null || !Number.isFinite(value)) return null;
    const sign = history.directions[0] === 'maximize' ? -1 : 1;
    const x = Float64Array.from(this.space.params, ({ name }) => history.value(row, name));
    const u = new Float64Array(this.size);
    const g = new Float64Array(this.size).fill(Number.NaN);
    let known = 0;
    for (let a = 0; a < this.size; a++) {
      const { name } = this.#param(a);
      const dist = this.dist(a);
      const at = x[this.indexes[a] as number] as number;
      u[a] = 0.5;
      // The range of a suggested parameter may have moved since.
      if (!(at >= dist.low && at <= dist.high)) continue;
      u[a] = toUnit(dist, at);
      const slope: unknown = told[name];
      const inner = typeof slope === 'number' ? sign * slope * stretch(dist, at) : Number.NaN;
      if (!Number.isFinite(inner)) continue;
      g[a] = inner;
      known++;
    }
    if (known === 0) return null;
    const [error = 0] = history.sem(row) ?? [];
    return { row, u, g, loss: sign * value, error, x };
  }
}

/** dx/du of {@link fromUnit}: the factor of the chain rule. */
export function stretch(dist: Distribution, x: number): number {
  if (dist.kind === 'categorical') return Number.NaN;
  if (isLogScaled(dist)) return x * log(dist.high / dist.low);
  // toUnit puts the value of a step in the middle of its share.
  return dist.high - dist.low + (dist.step ?? 0);
}
