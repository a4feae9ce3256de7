import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hypervolume, nonDominated } from '../hypervolume.ts';
import { holm } from './holm.ts';
import { mannWhitney } from './mann-whitney.ts';
import { normalTail } from './normal-tail.ts';

interface Fixture {
  readonly mannWhitney: readonly {
    readonly a: readonly (number | 'inf')[];
    readonly b: readonly (number | 'inf')[];
    readonly u: number;
    readonly p: number;
  }[];
  readonly tails: readonly { readonly z: number; readonly p: number }[];
  readonly holm: readonly { readonly p: readonly number[]; readonly adjusted: readonly number[] }[];
  readonly hypervolume: readonly {
    readonly points: readonly (readonly number[])[];
    readonly reference: readonly number[];
    readonly volume: number;
  }[];
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/statistics.json', import.meta.url), 'utf8')) as Fixture;

const numbers = (values: readonly (number | 'inf')[]): number[] =>
  values.map((value) => (value === 'inf' ? Number.POSITIVE_INFINITY : value));

function close(actual: number, expected: number, tolerance = 1e-12): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected) + Number.MIN_VALUE);
}

describe('Mann–Whitney', () => {
  test('gives the U and the p of SciPy: exact, approximate, with ties, with infinities', () => {
    for (const { a, b, u, p } of fixture.mannWhitney) {
      const ours = mannWhitney(numbers(a), numbers(b));
      expect(ours.u).toBe(u);
      close(ours.p, p, 1e-11);
    }
  });

  test('does not care who comes first, and finds no difference among equals', () => {
    for (const { a, b } of fixture.mannWhitney) {
      const [x, y] = [numbers(a), numbers(b)];
      close(mannWhitney(x, y).p, mannWhitney(y, x).p);
      expect(mannWhitney(x, y).u + mannWhitney(y, x).u).toBe(x.length * y.length);
    }
    expect(mannWhitney(Array<number>(20).fill(1), Array<number>(20).fill(1)).p).toBe(1);
  });

  test('refuses NaN and empty sides', () => {
    expect(() => mannWhitney([1, Number.NaN], [2])).toThrow(RangeError);
    expect(() => mannWhitney([], [2])).toThrow(RangeError);
  });
});

test('the tail of the normal distribution is that of SciPy', () => {
  for (const { z, p } of fixture.tails) close(normalTail(z), p);
});

test('the correction of Holm', () => {
  for (const { p, adjusted } of fixture.holm) {
    holm(p).forEach((value, i) => {
      close(value, adjusted[i] as number);
    });
  }
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
});

describe('hypervolume', () => {
  test('is that of pymoo', () => {
    for (const { points, reference, volume } of fixture.hypervolume) close(hypervolume(points, reference), volume);
  });

  test('of nothing, and of what lies beyond the reference, is 0; other numbers of objectives are refused', () => {
    expect(hypervolume([], [1, 1])).toBe(0);
    expect(hypervolume([[2, 0.5]], [1, 1])).toBe(0);
    expect(() => hypervolume([[0, 0, 0, 0]], [1, 1, 1, 1])).toThrow(RangeError);
  });

  test('does not need the points that others dominate', () => {
    for (const { points, reference, volume } of fixture.hypervolume) {
      const kept = nonDominated(points);
      expect(kept.length).toBeLessThanOrEqual(points.length);
      close(hypervolume(kept, reference), volume);
    }
  });
});
