import { Lbfgsb } from '@asktell/numerics';
import type { Acquisition } from '../acquisition/acquisition.ts';
import { type Axis, cellAt, cellMiddle } from '../space/axis.ts';
import type { Encoding } from '../space/encoding.ts';
import type { Steps } from '../steps.ts';
import { type Domain, isFree } from './domain.ts';

/** Grids with more cells are searched as if they were ranges, then around the nearest cell. */
const fewCells = 10;
/** How many cells to either side. */
const nearCells = 3;
const cycles = 2;
/** Operations of an evaluation up to which a climb is one step. Of three models of 400 points. */
const mostOperations = 5e5;

/** A design with its acquisition value. */
export interface Found {
  readonly design: Float64Array;
  readonly value: number;
}

/** Climbs from designs to local maxima of an acquisition function, on mixed axes. */
export class Search {
  readonly #acquisition: Acquisition;
  readonly #domain: Domain;
  readonly #encoding: Encoding;
  readonly #minimizer: Lbfgsb | null;
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;
  readonly #numbers: Float64Array;
  readonly #columns: Float64Array;
  readonly #gradient: Float64Array;
  /** Number of steps of a climb, and iterations in each. */
  readonly #rounds: number;
  readonly #maxIterations: number;

  constructor(acquisition: Acquisition, domain: Domain, maxIterations = 25) {
    this.#acquisition = acquisition;
    this.#domain = domain;
    this.#encoding = domain.encoding;
    const { numeric, columns } = domain.encoding;
    this.#minimizer = numeric === 0 ? null : new Lbfgsb(numeric);
    this.#lower = new Float64Array(numeric);
    this.#upper = new Float64Array(numeric);
    this.#numbers = new Float64Array(numeric);
    this.#columns = new Float64Array(columns);
    this.#gradient = new Float64Array(numeric);
    this.#rounds = Math.max(1, Math.ceil(acquisition.operations / mostOperations));
    this.#maxIterations = Math.ceil(maxIterations / this.#rounds);
  }

  /** Climbs from a design that the domain accepts, with its value. */
  *climb(start: Found): Steps<Found> {
    let best: Found = { design: start.design.slice(), value: start.value };
    for (let cycle = 0; cycle < cycles; cycle++) {
      const before = best.value;
      for (let round = 0; round < this.#rounds; round++) {
        best = this.#moveNumbers(best);
        yield null;
      }
      best = this.#sweep(best);
      yield null;
      if (!(best.value > before + 1e-6)) break;
      if (!this.#isMixed) break;
    }
    return best;
  }

  get #isMixed(): boolean {
    return this.#encoding.axes.some(({ kind }, a) => kind !== 'range' && isFree(this.#domain, a));
  }

  /** L-BFGS-B over ranges and long grids. */
  #moveNumbers(from: Found): Found {
    const { axes, columnOf, numeric } = this.#encoding;
    if (this.#minimizer === null) return from;
    const { lower, upper } = this.#domain;
    this.#encoding.toColumns(from.design, 0, this.#columns, 0);
    let moves = false;
    for (let a = 0; a < axes.length; a++) {
      const column = columnOf[a] as number;
      if (column >= numeric) continue;
      const axis = axes[a] as Axis;
      const isMoving =
        isFree(this.#domain, a) &&
        (axis.kind === 'range' || axis.cells > fewCells) &&
        this.#encoding.isActive(a, from.design);
      const at = this.#columns[column] as number;
      this.#lower[column] = isMoving ? Math.min(at, lower[a] as number) : at;
      this.#upper[column] = isMoving ? Math.max(at, upper[a] as number) : at;
      moves ||= isMoving;
    }
    if (!moves) return from;
    this.#numbers.set(this.#columns.subarray(0, numeric));
    this.#minimizer.minimize(this.#objective, this.#numbers, this.#lower, this.#upper, {
      gradientTolerance: 1e-4,
      decreaseTolerance: 1e-7,
      maxIterations: this.#maxIterations,
      maxEvaluations: 2 * this.#maxIterations,
      firstStep: 0.1,
    });
    const design = from.design.slice();
    for (let column = 0; column < numeric; column++) {
      if (this.#lower[column] === this.#upper[column]) continue;
      const a = this.#encoding.axisOf[column] as number;
      design[a] = this.#encoding.snap(a, this.#numbers[column] as number);
    }
    return this.#better(from, design);
  }

  readonly #objective = (numbers: Float64Array, gradient: Float64Array): number => {
    this.#columns.set(numbers);
    const value = this.#acquisition.evaluate(this.#columns, this.#gradient);
    for (let j = 0; j < numbers.length; j++) gradient[j] = 0 - (this.#gradient[j] as number);
    return 0 - value;
  };

  /** The design that is accepted and has the higher value. */
  #better(from: Found, design: Float64Array): Found {
    const accepted = this.#project(from.design, design);
    if (accepted === null) return from;
    this.#encoding.toColumns(accepted, 0, this.#columns, 0);
    if (this.#domain.isTaken(this.#columns, 0)) return from;
    const out = new Float64Array(1);
    this.#acquisition.values(this.#columns, 1, out);
    return (out[0] as number) > from.value ? { design: accepted, value: out[0] as number } : from;
  }

  /** The design, or the last accepted one on the way to it from one that is. */
  #project(from: Float64Array, to: Float64Array): Float64Array | null {
    const { accepts } = this.#domain;
    if (accepts === null || accepts(to, 0)) return to;
    let best: Float64Array | null = null;
    let low = 0;
    let high = 1;
    for (let step = 0; step < 8; step++) {
      const middle = 0.5 * (low + high);
      const between = to.map((value, a) => {
        const start = from[a] as number;
        return this.#encoding.snap(a, start + middle * (value - start));
      });
      if (accepts(between, 0)) {
        best = between;
        low = middle;
      } else high = middle;
    }
    return best;
  }

  /** One axis after the other: all values of short grids and choices, the neighbours on long grids. */
  #sweep(from: Found): Found {
    let best = from;
    const { axes } = this.#encoding;
    for (let a = 0; a < axes.length; a++) {
      const axis = axes[a] as Axis;
      if (axis.kind === 'range' || !isFree(this.#domain, a) || !this.#encoding.isActive(a, best.design)) continue;
      best = this.#sweepAxis(best, a, axis);
    }
    return best;
  }

  #sweepAxis(from: Found, a: number, axis: Axis): Found {
    const present = axis.kind === 'choice' ? (from.design[a] as number) : cellAt(axis, from.design[a] as number);
    const isShort = axis.kind === 'choice' || axis.cells <= fewCells;
    const low = isShort ? 0 : Math.max(0, present - nearCells);
    const high = isShort ? axis.cells - 1 : Math.min(axis.cells - 1, present + nearCells);
    const { columns } = this.#encoding;
    const { accepts } = this.#domain;
    const options = new Float64Array((high - low) * columns);
    const designs: Float64Array[] = [];
    for (let cell = low; cell <= high; cell++) {
      if (cell === present) continue;
      const position = axis.kind === 'choice' ? cell : cellMiddle(axis, cell);
      if (axis.kind !== 'choice' && !this.#isInBox(a, axis, position)) continue;
      const design = from.design.slice();
      design[a] = position;
      if (accepts !== null && !accepts(design, 0)) continue;
      const at = designs.length * columns;
      this.#encoding.toColumns(design, 0, options, at);
      if (!this.#domain.isTaken(options, at)) designs.push(design);
    }
    if (designs.length === 0) return from;
    const values = new Float64Array(designs.length);
    this.#acquisition.values(options, designs.length, values);
    let best = from;
    for (let c = 0; c < designs.length; c++)
      if ((values[c] as number) > best.value) best = { design: designs[c] as Float64Array, value: values[c] as number };
    return best;
  }

  #isInBox(a: number, axis: Axis, position: number): boolean {
    const half = 0.5 / axis.cells;
    return position >= (this.#domain.lower[a] as number) - half && position <= (this.#domain.upper[a] as number) + half;
  }
}
