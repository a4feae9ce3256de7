import {
  type CompiledSpace,
  cardinality,
  containsInternal,
  type Distribution,
  fromUnit,
  isActive,
  isSingle,
  type Json,
  nthInternal,
  type ParamSpec,
  type TrialHistory,
  toUnit,
} from '@asktell/core';
import { margin, toRaw, toValue } from './bounds.ts';
import type { DiscreteAxis } from './discrete-axis.ts';

type Numeric = Exclude<Distribution, { readonly kind: 'categorical' }>;

/** A parameter that has a coordinate in the search vector; `discrete` when it is cut into cells. */
interface Coordinate {
  readonly param: number;
  readonly name: string;
  readonly dist: Numeric;
  readonly discrete: DiscreteAxis | null;
}

/** A parameter that has a categorical distribution of its own. */
interface Choice {
  readonly param: number;
  readonly name: string;
  readonly count: number;
}

/**
 * Parameters ↔ search vectors. Every numeric parameter with more than one value is a coordinate, its range [0, 1] (logarithmic for log
 * ranges); one with finitely many values is cut into cells. Every categorical parameter with more than one choice is a choice.
 * Conditional parameters have their coordinates, too: while they are inactive nothing selects among their values.
 */
export class SpaceMap {
  readonly space: CompiledSpace;
  readonly coordinates: readonly Coordinate[];
  readonly choices: readonly Choice[];
  readonly discrete: readonly DiscreteAxis[];
  /** bounded[i] = 1: coordinate i is continuous, from 0 to 1. */
  readonly bounded: Uint8Array;
  readonly #coordinateOf = new Map<string, number>();
  readonly #choiceOf = new Map<string, number>();
  readonly #x: Float64Array;
  /** The values of parameters that have only one. */
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

  /** Internal values of all parameters, NaN = inactive; what is fixed wins. */
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
   * What of a drawn point its parameters do not tell, as [name, number, name, number, …]: the raw coordinate of mirrored
   * and inactive parameters, the choice of inactive ones. A rounded parameter is told at the centre of its cell. `undefined` when they tell everything.
   */
  note(raw: Float64Array, choices: Int32Array, fixed: Float64Array, x: Float64Array): Json | undefined {
    const note: Json[] = [];
    for (let i = 0; i < this.coordinates.length; i++) {
      const { param, name, discrete } = this.coordinates[i] as Coordinate;
      const v = raw[i] as number;
      const isTold = discrete !== null || (v >= -margin && v <= 1 + margin) || !Number.isNaN(fixed[param]);
      if (Number.isNaN(x[param]) || !isTold) note.push(name, v);
    }
    for (let i = 0; i < this.choices.length; i++) {
      const { param, name } = this.choices[i] as Choice;
      if (Number.isNaN(x[param])) note.push(name, choices[i] as number);
    }
    return note.length === 0 ? undefined : note;
  }

  /**
   * Reads a finished trial back.
   * @param raw receives the raw coordinates, NaN for inactive ones of which nothing is known
   * @param choices receives the choices, -1 likewise
   * @returns whether the trial is a point of this space
   */
  read(row: number, history: TrialHistory, raw: Float64Array, choices: Int32Array): boolean {
    if (!this.readPoint(({ name }) => history.value(row, name), raw, choices)) return false;
    const note = history.note(row);
    if (Array.isArray(note)) this.#readNote(note, raw, choices);
    return true;
  }

  /**
   * Reads a point given by internal values, NaN = none. Values of inactive parameters are left out.
   * @param raw receives the raw coordinates, NaN for inactive ones
   * @param choices receives the choices, -1 likewise
   * @returns whether it is a point of this space
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

  /** Takes from a note what agrees with the trial's parameters: it may be of another space or sampler. */
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

  /** A point given by external values, as far as it names coordinates; others are left alone. */
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

/** Which of the values `low`, `low + step`, … it is. */
function indexOf(dist: Numeric, x: number): number {
  return Math.round((x - dist.low) / (dist.step as number));
}

/** Cells of equal width in [0, 1]; for log ints as wide as the logarithms of their borders k ± 1/2. */
function discreteAxis(dist: Numeric, index: number): DiscreteAxis {
  const count = cardinality(dist);
  const last = count - 1;
  if (!dist.log) {
    return {
      index,
      count,
      cell: (v) => Math.min(Math.max(Math.ceil(v * count) - 1, 0), last),
      edge: (j) => (j + 1) / count,
      center: (k) => (k + 0.5) / count,
    };
  }
  const low = Math.log(dist.low - 0.5);
  const width = Math.log(dist.high + 0.5) - low;
  return {
    index,
    count,
    cell: (v) => Math.min(Math.max(Math.ceil(Math.exp(low + v * width) - dist.low - 0.5), 0), last),
    edge: (j) => (Math.log(dist.low + j + 0.5) - low) / width,
    center: (k) => (Math.log(dist.low + k) - low) / width,
  };
}
