import { expect, it } from 'vitest';
import type { Observation, Outcome } from './observations.ts';
import { beyondFront, compareObservations, subsetOf, valuesOf } from './ranking.ts';

const observation = (outcome: Outcome, values: readonly number[] | null, violation = 0): Observation => ({
  outcome,
  point: new Float64Array(1),
  values: values === null ? null : Float64Array.from(values),
  errors: null,
  constraints: null,
  violation,
});

it('orders by standing, then by value or violation', () => {
  const ordered = [
    observation('feasible', [1]),
    observation('feasible', [2]),
    observation('prior', [0]),
    observation('infeasible', [-9], 1),
    observation('infeasible', [-99], 2),
    observation('pruned', [0]),
    observation('failed', null),
  ];
  const shuffled = [6, 3, 1, 5, 0, 4, 2].map((i) => ordered[i] as Observation);
  expect(shuffled.sort((a, b) => compareObservations(a, b))).toEqual(ordered);
});

it('takes the median of the others for pruned trials', () => {
  const list = [
    observation('feasible', [1]),
    observation('pruned', [0]),
    observation('pruned', [9]),
    observation('feasible', [3]),
    observation('feasible', [5]),
  ];
  expect([...valuesOf(list)]).toEqual([1, 3, 3, 3, 5]);
});

it('goes as far beyond the front as it is wide', () => {
  const list = [
    observation('feasible', [0, 9]),
    observation('feasible', [3, 1]),
    // Dominated, without a value that counts, and not feasible.
    observation('feasible', [8, 4]),
    observation('feasible', [Number.POSITIVE_INFINITY, 0]),
    observation('infeasible', [-5, -5], 1),
    observation('failed', null),
  ];
  expect(beyondFront(list, 0)).toBe(6);
  expect(beyondFront(list, 1)).toBe(18);
  expect(beyondFront(list.slice(4), 0)).toBe(Number.NEGATIVE_INFINITY);
});

it('keeps the best, the newest and evenly spaced others', () => {
  const list = Array.from({ length: 1_000 }, (_, i) => observation('feasible', [(i * 7) % 1_000, i]));
  const all = Array.from(subsetOf(list.slice(0, 40), 40, 2));
  expect(all).toEqual([...Array(40).keys()]);
  const one = subsetOf(list, 100, 1);
  expect(one).toHaveLength(100);
  expect(new Set(one).size).toBe(100);
  const values = Array.from(one, (i) => list[i]?.values?.[0]);
  for (let v = 0; v < 25; v++) expect(values).toContain(v);
  for (let i = 975; i < 1_000; i++) expect([...one]).toContain(i);
  expect(Math.max(...Array.from(one.slice(1), (row, k) => row - (one[k] as number)))).toBeLessThan(40);
  // Of two objectives, both ends are kept.
  const two = subsetOf(list, 100, 2);
  const ends = Array.from(two, (i) => list[i]?.values as Float64Array);
  expect(ends.some((v) => v[0] === 0)).toBe(true);
  expect(ends.some((v) => v[1] === 0)).toBe(true);
});
