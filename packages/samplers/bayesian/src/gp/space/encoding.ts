import { type CompiledSpace, fromUnit, nthInternal, toUnit } from '@asktell/core';
import { type Axis, axesOf, cellAt, cellMiddle } from './axis.ts';

/** What an inactive number and an inactive category are in a model's columns. */
const inactiveNumber = 0.5;
const inactiveChoice = -1;

/** The code of this study in the column that tells studies apart. */
const thisStudy = 0;

/**
 * Converts between internal values, designs (one number per axis, see {@link Axis}) and the columns of a model: numbers
 * first, then choices without branches, choices of a branch, and last the code of the study, if trials of earlier studies are known.
 */
export class Encoding {
  readonly space: CompiledSpace;
  readonly axes: readonly Axis[];
  /** Columns of a model. */
  readonly columns: number;
  /** How many of them are numbers: the first ones. */
  readonly numeric: number;
  /** How many of the others are choices without branches: the next ones. */
  readonly plainChoices: number;
  /** By axis: its column. */
  readonly columnOf: Int32Array;
  /** By column: its axis. */
  readonly axisOf: Int32Array;
  readonly isConditional: boolean;
  readonly hasStudyColumn: boolean;

  constructor(space: CompiledSpace, hasStudyColumn = false) {
    this.space = space;
    this.axes = axesOf(space);
    this.hasStudyColumn = hasStudyColumn;
    this.columns = this.axes.length + (hasStudyColumn ? 1 : 0);
    const numbers = this.axes.flatMap(({ kind }, a) => (kind === 'choice' ? [] : [a]));
    const choices = this.axes.flatMap(({ kind }, a) => (kind === 'choice' ? [a] : []));
    const parents = new Set(this.axes.map(({ parent }) => parent));
    const plain = choices.filter((a) => !parents.has(a));
    this.numeric = numbers.length;
    this.plainChoices = plain.length;
    this.axisOf = Int32Array.from([...numbers, ...plain, ...choices.filter((a) => parents.has(a))]);
    this.columnOf = new Int32Array(this.axes.length);
    this.axisOf.forEach((a, column) => {
      this.columnOf[a] = column;
    });
    this.isConditional = this.axes.some(({ parent }) => parent >= 0);
  }

  /** Whether an axis is active in a design. */
  isActive(a: number, design: Float64Array, start = 0): boolean {
    for (let at = a; ; ) {
      const { parent, when } = this.axes[at] as Axis;
      if (parent < 0) return true;
      if (design[start + parent] !== when) return false;
      at = parent;
    }
  }

  /** Writes the columns of a design. Inactive axes get a constant, regardless of the design. */
  toColumns(design: Float64Array, start: number, out: Float64Array, outStart: number, study: number = thisStudy): void {
    if (this.hasStudyColumn) out[outStart + this.columns - 1] = study;
    for (let a = 0; a < this.axes.length; a++) {
      const at = outStart + (this.columnOf[a] as number);
      if (!this.isConditional || this.isActive(a, design, start)) out[at] = design[start + a] as number;
      else out[at] = (this.columnOf[a] as number) < this.numeric ? inactiveNumber : inactiveChoice;
    }
  }

  /** Writes the design of columns, NaN for inactive axes. */
  toDesign(columns: Float64Array, start: number, out: Float64Array, outStart = 0): void {
    for (let a = 0; a < this.axes.length; a++)
      out[outStart + a] = columns[start + (this.columnOf[a] as number)] as number;
    if (!this.isConditional) return;
    for (let a = this.axes.length - 1; a >= 0; a--)
      if (!this.isActive(a, out, outStart)) out[outStart + a] = Number.NaN;
  }

  /**
   * The design of a trial.
   *
   * @param value internal value of a parameter, NaN if the trial does not have it
   * @returns whether the trial is a point of this space: all active parameters are there and in range
   */
  readTrial(value: (name: string) => number, out: Float64Array): boolean {
    const { params } = this.space;
    for (let a = 0; a < this.axes.length; a++) {
      const { dist, param, kind, cells } = this.axes[a] as Axis;
      out[a] = Number.NaN;
      if (!this.isActive(a, out)) continue;
      const x = value((params[param] as (typeof params)[number]).name);
      if (dist.kind === 'categorical') {
        if (!(x >= 0 && x < cells)) return false;
        out[a] = this.position(a, x);
      } else {
        if (!(x >= dist.low && x <= dist.high)) return false;
        out[a] = kind === 'range' ? toUnit(dist, x) : Math.min(1, Math.max(0, toUnit(dist, x)));
      }
    }
    return true;
  }

  /** Internal value of an axis. */
  internal(a: number, position: number): number {
    const axis = this.axes[a] as Axis;
    if (axis.kind === 'choice') return position;
    if (axis.order !== null) return axis.order[cellAt(axis, position)] as number;
    if (axis.kind === 'range') return fromUnit(axis.dist, position);
    return nthInternal(axis.dist, cellAt(axis, position));
  }

  /** Position of an internal value. */
  position(a: number, x: number): number {
    const axis = this.axes[a] as Axis;
    if (axis.order !== null) return cellMiddle(axis, axis.order.indexOf(x));
    return axis.kind === 'choice' ? x : toUnit(axis.dist, x);
  }

  /** Internal values of a design in the order of `space.params`, NaN for inactive parameters. */
  toInternal(design: Float64Array, start: number, out: Float64Array): void {
    const { params } = this.space;
    let a = 0;
    for (let i = 0; i < params.length; i++) {
      const { dist, when } = params[i] as (typeof params)[number];
      const axis = this.axes[a];
      const isAxis = axis !== undefined && axis.param === i;
      if (when !== null && out[when.param] !== when.choice) out[i] = Number.NaN;
      else if (isAxis) out[i] = this.internal(a, design[start + a] as number);
      else out[i] = dist.kind === 'categorical' ? 0 : dist.low;
      if (isAxis) a++;
    }
  }

  /** Moves the position of a number to the middle of its cell, if it has cells. */
  snap(a: number, position: number): number {
    const axis = this.axes[a] as Axis;
    return axis.kind === 'grid' ? cellMiddle(axis, cellAt(axis, position)) : position;
  }
}
