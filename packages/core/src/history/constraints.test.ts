import { expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { constraintsOf, constraintViolation } from './constraints.ts';

it.each<
  readonly [name: string, attrs: { [key: string]: Json } | null, values: { [name: string]: number }, violation: number]
>([
  ['none', null, {}, Number.NaN],
  ['others', { a: 1 }, {}, Number.NaN],
  ['an empty list', { constraints: [] }, {}, Number.NaN],
  ['a list', { constraints: [-1, 2] }, { 0: -1, 1: 2 }, 2],
  [
    'a list with names',
    { constraints: [-1, 2], 'asktell:constraint_names': ['size', 'time'] },
    { size: -1, time: 2 },
    2,
  ],
  ['fewer names', { constraints: [0, 0], 'asktell:constraint_names': ['size'] }, { size: 0, 1: 0 }, 0],
  ['one key each, as in Optuna 5', { 'constraints:size': 1.5, 'constraints:time': 2 }, { size: 1.5, time: 2 }, 3.5],
  ['strings, as in Rustuna', { 'constraints:size': '1.5', 'constraints:time': '-1' }, { size: 1.5, time: -1 }, 1.5],
  ['both forms', { constraints: [1], 'constraints:time': 2 }, { 0: 1, time: 2 }, 3],
  [
    'infinite',
    { constraints: [Number.POSITIVE_INFINITY, -5] },
    { 0: Number.POSITIVE_INFINITY, 1: -5 },
    Number.POSITIVE_INFINITY,
  ],
  ['invalid values', { constraints: 'all fine', 'constraints:a': 'b', 'constraints:c': '' }, {}, Number.NaN],
])('constraints: %s', (_, attrs, values, violation) => {
  const map = attrs === null ? null : new Map(Object.entries(attrs));
  expect(Object.fromEntries(constraintsOf(map))).toEqual(values);
  expect(constraintViolation(map)).toBe(violation);
});
