import { readFileSync } from 'node:fs';
import { categorical, float, int, type Scalar, type SpaceFields } from '@asktell/core';
import type { Problem, ProblemParams } from './problem.ts';

/** One hyperparameter of a table. Numeric values are ascending. */
export type TableAxis =
  | { readonly name: string; readonly choices: readonly string[] }
  | { readonly name: string; readonly log: boolean; readonly int?: boolean; readonly values: readonly number[] };

/** The scores of a real model over a grid of hyperparameters, written by tables/make-tables.py. */
export interface Table {
  readonly description: string;
  readonly metric: string;
  readonly axes: readonly TableAxis[];
  /** In row-major order: the last axis changes fastest. */
  readonly scores: readonly number[];
}

/** The tables exist only in `src`. The path works from `dist` too, which has the same depth. */
function readTable(name: string): Table {
  return JSON.parse(readFileSync(new URL(`../../src/problems/tables/${name}.json`, import.meta.url), 'utf8')) as Table;
}

/** The position of a value on an axis: the index at or below it, and its fraction of the distance to the next index. */
function locate(axis: TableAxis, value: unknown): { readonly index: number; readonly share: number } {
  if ('choices' in axis) return { index: axis.choices.indexOf(value as string), share: 0 };
  const { values, log } = axis;
  const x = value as number;
  let index = 0;
  while (index + 2 < values.length && (values[index + 1] as number) <= x) index++;
  const at = (v: number): number => (log ? Math.log(v) : v);
  const low = values[index] as number;
  const high = values[index + 1] as number;
  const share = (at(x) - at(low)) / (at(high) - at(low));
  return { index, share: Math.min(1, Math.max(0, share)) };
}

/**
 * The score at any point, by multilinear interpolation (in the logarithm on log axes). No point is better than the best grid
 * point.
 */
export function interpolate(table: Table, params: ProblemParams): number {
  const interpolateFrom = (depth: number, offset: number): number => {
    const axis = table.axes[depth];
    if (axis === undefined) return table.scores[offset] as number;
    const { index, share } = locate(axis, params[axis.name]);
    const next = offset * sizeOf(axis) + index;
    const below = share === 1 ? 0 : interpolateFrom(depth + 1, next);
    return share === 0 ? below : (1 - share) * below + share * interpolateFrom(depth + 1, next + 1);
  };
  return interpolateFrom(0, 0);
}

function sizeOf(axis: TableAxis): number {
  return 'choices' in axis ? axis.choices.length : axis.values.length;
}

/** The grid point of a score. */
function pointOf(table: Table, row: number): { readonly [name: string]: Scalar } {
  const entries: (readonly [string, Scalar])[] = [];
  let rest = row;
  for (const axis of [...table.axes].reverse()) {
    const size = sizeOf(axis);
    entries.push([axis.name, ('choices' in axis ? axis.choices : axis.values)[rest % size] as Scalar]);
    rest = Math.floor(rest / size);
  }
  return Object.fromEntries(entries.reverse());
}

function spaceOf(axes: readonly TableAxis[]): SpaceFields {
  return Object.fromEntries(
    axes.map((axis) => {
      if ('choices' in axis) return [axis.name, categorical(axis.choices)];
      const [low, high] = [axis.values[0] as number, axis.values.at(-1) as number];
      return [axis.name, (axis.int === true ? int : float)(low, high, { log: axis.log })];
    }),
  );
}

function tableProblem(name: string, split: Problem['split']): Problem {
  const table = readTable(name);
  const value = Math.min(...table.scores);
  return {
    name: `table-${name}`,
    family: 'table',
    split,
    tags: [name, `${table.axes.length}d`],
    space: spaceOf(table.axes),
    objectives: 1,
    objective: (params) => ({ values: [interpolate(table, params)] }),
    noise: 0,
    optimum: { kind: 'value', value, params: pointOf(table, table.scores.indexOf(value)) },
    precision: 1e-5 * (Math.max(...table.scores) - value),
  };
}

/** Tabulated scores of real models on the data sets that scikit-learn includes. */
export const tableProblems: readonly Problem[] = [
  tableProblem('svm-digits', 'tune'),
  tableProblem('forest-cancer', 'tune'),
  tableProblem('mlp-wine', 'tune'),
  tableProblem('svr-diabetes', 'report'),
  tableProblem('forest-wine', 'report'),
  tableProblem('boosting-diabetes', 'report'),
  tableProblem('mlp-cancer', 'report'),
];
