import {
  type CompiledSpace,
  cardinality,
  containsInternal,
  type Distribution,
  fromUnit,
  isActive,
  isLogScaled,
  isSingle,
  type Json,
  nthInternal,
  type ParamSpec,
  type TrialHistory,
  toUnit,
} from '@asktell/core';
import { exp, log } from '@asktell/numerics/elementary';
import { margin, toRaw, toValue } from './bounds.ts';
import type { DiscreteAxis } from './discrete-axis.ts';

type Numeric = Exclude<Distribution, { readonly kind: 'categorical' }>;

/** A parameter with a coordinate in the search vector. `discrete` is `null` for continuous parameters. */
interface Coordinate {
  readonly param: number;
  readonly name: string;
  readonly dist: Numeric;
  readonly discrete: DiscreteAxis | null;
}

/** A categorical parameter. */
interface Choice {
  readonly param: number;
  readonly name: string;
  readonly count: number;
}

/**
 * Maps parameters to search vectors and back. Every numeric parameter with more than one value has a coordinate. Its range is
 * [0, 1], on the logarithm for log ranges, and divided into cells if it has finitely many values. Every categorical parameter
 * with more than one choice is a categorical variable. Conditional parameters have coordinates as well. While they are inactive
 * nothing selects their values.
 */
export class SpaceMap {
  readonly space: CompiledSpace;
  readonly coordinates: readonly Coordinate[];
  readonly choices: readonly Choice[];
  readonly discrete: readonly DiscreteAxis[];
  /** bounded[i] = 1: coordinate i is continuous, with values in [0, 1]. */
  readonly bounded: Uint8Array;
  readonly #coordinateOf = new Map<string, number>();
  readonly #choiceOf = new Map<string, number>();
  readonly #x: Float64Array;
  /** Internal values of parameters with a single value. */
  readonly #single: Float64Array;

  constructor(space: CompiledSpace) {
    const coordinates: Coordinate[] = [];
    const choices: Choice[] = [];
    for (const [param, { name, dist }] of space.params.entries()) {
      if (isSingle(dist)) continue;
      if (dist.kind === 'categorical') {
        this.#choiceOf.set(name, choices.length);
        choices.push({ param, name, count: dist.choices.length });
      } else {
        this.#coordinateOf.set(name, coordinates.length);
        const discrete = dist.step === null ? null : discreteAxis(dist, coordinates.length);
        coordinates.push({ param, name, dist, discrete });
      }
    }
    this.space = space;
    this.coordinates = coordinates;
    this.choices = choices;
    this.discrete = coordinates.flatMap(({ discrete }) => discrete ?? []);
    this.bounded = Uint8Array.from(coordinates, ({ discrete }) => (discrete === null ? 1 : 0));
    this.#x = new Float64Array(space.params.length);
    this.#single = Float64Array.from(space.params, ({ dist }) => (dist.kind === 'categorical' ? 0 : dist.low));
  }

  get n(): number {
    return this.coordinates.length;
  }

  /** Internal values of all parameters, NaN = inactive. Fixed values take precedence. */
  decode(raw: Float64Array, choices: Int32Array, fixed: Float64Array): Float64Array {
    const { params } = this.space;
    const x = this.#single.slice();
    for (let i = 0; i < this.coordinates.length; i++) {
      const coordinate = this.coordinates[i] as Coordinate;
      x[coordinate.param] = decodeOne(coordinate, raw[i] as number);
    }
    for (let i = 0; i < this.choices.length; i++) x[(this.choices[i] as Choice).param] = choices[i] as number;
    for (let i = 0; i < x.length; i++) {
      const value = fixed[i];
      if (value !== undefined && !Number.isNaN(value)) x[i] = value;
      if ((params[i] as ParamSpec).when !== null && !isActive(this.space, i, x)) x[i] = Number.NaN;
    }
    return x;
  }

  /**
   * The part of a drawn point that its parameters do not determine, as [name, number, name, number, …]: raw coordinates in the
   * mirrored zone, and raw coordinates and choices of inactive parameters. Discrete parameters need no note, because they are
   * read back at the centres of their cells.
   * @returns `undefined` if the parameters determine the point
   */
  note(raw: Float64Array, choices: Int32Array, fixed: Float64Array, x: Float64Array): Json | undefined {
    const note: Json[] = [];
    for (let i = 0; i < this.coordinates.length; i++) {
      const { param, name, discrete } = this.coordinates[i] as Coordinate;
      const v = raw[i] as number;
      const isDetermined = discrete !== null || (v >= -margin && v <= 1 + margin) || !Number.isNaN(fixed[param]);
      if (Number.isNaN(x[param]) || !isDetermined) note.push(name, v);
    }
    for (let i = 0; i < this.choices.length; i++) {
      const { param, name } = this.choices[i] as Choice;
      if (Number.isNaN(x[param])) note.push(name, choices[i] as number);
    }
    return note.length === 0 ? undefined : note;
  }

  /**
   * Reads a finished trial.
   * @param raw receives the raw coordinates, NaN for inactive ones without a note
   * @param choices receives the choices, -1 for inactive ones without a note
   * @returns whether the trial is a point of this space
   */
  read(row: number, history: TrialHistory, raw: Float64Array, choices: Int32Array): boolean {
    if (!this.readPoint(({ name }) => history.value(row, name), raw, choices)) return false;
    const note = history.note(row);
    if (Array.isArray(note)) this.#readNote(note, raw, choices);
    return true;
  }

  /**
   * Reads a point from internal values, NaN = missing. Values of inactive parameters are ignored.
   * @param raw receives the raw coordinates, NaN for inactive ones
   * @param choices receives the choices, -1 for inactive ones
   * @returns whether the values are a point of this space
   */
  readPoint(internal: (param: ParamSpec) => number, raw: Float64Array, choices: Int32Array): boolean {
    const { space } = this;
    const x = this.#x;
    for (let i = 0; i < x.length; i++) {
      const param = space.params[i] as ParamSpec;
      const active = param.when === null || isActive(space, i, x);
      const value = active ? internal(param) : Number.NaN;
      if (active && !containsInternal(param.dist, value)) return false;
      x[i] = value;
    }
    for (let i = 0; i < raw.length; i++) {
      const { param, dist, discrete } = this.coordinates[i] as Coordinate;
      const value = x[param] as number;
      raw[i] =
        discrete !== null && !Number.isNaN(value) ? discrete.center(indexOf(dist, value)) : toRaw(toUnit(dist, value));
    }
    for (let i = 0; i < choices.length; i++) {
      const value = x[(this.choices[i] as Choice).param] as number;
      choices[i] = Number.isNaN(value) ? -1 : value;
    }
    return true;
  }

  /** Reads the entries of a note that agree with the parameters. The note may come from another space or sampler. */
  #readNote(note: readonly Json[], raw: Float64Array, choices: Int32Array): void {
    for (let k = 0; k + 1 < note.length; k += 2) {
      const [name, value] = [note[k], note[k + 1]];
      if (typeof name !== 'string' || typeof value !== 'number' || !Number.isFinite(value)) continue;
      const i = this.#coordinateOf.get(name);
      if (i !== undefined) {
        const coordinate = this.coordinates[i] as Coordinate;
        const known = this.#x[coordinate.param] as number;
        const agrees = coordinate.discrete === null && decodeOne(coordinate, value) === known;
        if (Number.isNaN(known) || agrees) raw[i] = value;
        continue;
      }
      const j = this.#choiceOf.get(name);
      if (j === undefined || choices[j] !== -1) continue;
      if (Number.isInteger(value) && value >= 0 && value < (this.choices[j] as Choice).count) choices[j] = value;
    }
  }

  /** Writes the raw coordinates of internal values. Coordinates without a valid value do not change. */
  encode(values: (name: string) => number, raw: Float64Array): void {
    for (const [i, { name, dist, discrete }] of this.coordinates.entries()) {
      const x = values(name);
      if (!containsInternal(dist, x)) continue;
      raw[i] = discrete === null ? toRaw(toUnit(dist, x)) : discrete.center(indexOf(dist, x));
    }
  }
}

function decodeOne({ dist, discrete }: Coordinate, raw: number): number {
  if (discrete === null) return fromUnit(dist, toValue(raw));
  return nthInternal(dist, discrete.cell(raw));
}

/** The index of a value in `low`, `low + step`, … */
function indexOf(dist: Numeric, x: number): number {
  return Math.round((x - dist.low) / (dist.step as number));
}

/** Divides [0, 1] into cells: of equal width, or for log ranges from log(k - 1/2) to log(k + 1/2), scaled. */
function discreteAxis(dist: Numeric, index: number): DiscreteAxis {
  const count = cardinality(dist);
  const last = count - 1;
  if (!isLogScaled(dist)) {
    return {
      index,
      count,
      cell: (v) => Math.min(Math.max(Math.ceil(v * count) - 1, 0), last),
      edge: (j) => (j + 1) / count,
      center: (k) => (k + 0.5) / count,
    };
  }
  const low = log(dist.low - 0.5);
  const width = log(dist.high + 0.5) - low;
  return {
    index,
    count,
    cell: (v) => Math.min(Math.max(Math.ceil(exp(low + v * width) - dist.low - 0.5), 0), last),
    edge: (j) => (log(dist.low + j + 0.5) - low) / width,
    center: (k) => (log(dist.low + k) - low) / width,
  };
}
