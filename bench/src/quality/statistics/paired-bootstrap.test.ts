import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Pair, pairedBootstrap } from './paired-bootstrap.ts';

const options = { resamples: 10_000, seed: 1 };

test('the difference is that of the medians of all pairs', () => {
  const groups: Pair[][] = [
    [
      [1, 4],
      [2, 6],
    ],
    [[9, 5]],
  ];
  expect(pairedBootstrap(groups, options).difference).toBe(2 - 5);
});

test('two pairs of one problem: the four resamples come equally often', () => {
  // Medians of two are means: differences of −3, 1 (twice) and 5.
  const { difference, low, high, below } = pairedBootstrap(
    [
      [
        [0, 3],
        [7, 2],
      ],
    ],
    options,
  );
  expect({ difference, low, high }).toEqual({ difference: 1, low: -3, high: 5 });
  expect(Math.abs(below - 1 / 4)).toBeLessThan(0.02);
});

test('problems are drawn, not only seeds', () => {
  // Seeds agree, so only the choice of the problems varies: −1 and 2, or (−1 + 2) / 2 in half of the resamples.
  const groups: Pair[][] = [
    [
      [0, 1],
      [0, 1],
    ],
    [
      [2, 0],
      [2, 0],
    ],
  ];
  const { difference, low, high, below } = pairedBootstrap(groups, options);
  expect({ difference, low, high }).toEqual({ difference: 0.5, low: -1, high: 2 });
  expect(Math.abs(below - 1 / 4)).toBeLessThan(0.02);
});

test('is the same again with the same seed, and another one with another', () => {
  const groups = [Array.from({ length: 7 }, (_, i): Pair => [Math.sin(i), Math.cos(3 * i)])];
  const first = pairedBootstrap(groups, { resamples: 200, seed: 1 });
  expect(pairedBootstrap(groups, { resamples: 200, seed: 1 })).toEqual(first);
  expect(pairedBootstrap(groups, { resamples: 200, seed: 2 })).not.toEqual(first);
});

const numbers = fc.integer({ min: -1000, max: 1000 });
const problems = fc.array(fc.array(numbers, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 5 });

test('a side that is the other one moved differs by the move, surely', () => {
  fc.assert(
    fc.property(problems, numbers, (values, move) => {
      const groups = values.map((group) => group.map((value): Pair => [value + move, value]));
      const below = move < 0 ? 1 : move > 0 ? 0 : 0.5;
      expect(pairedBootstrap(groups, { resamples: 20, seed: 3 })).toEqual({
        difference: move,
        low: move,
        high: move,
        below,
      });
    }),
  );
});

test('sides exchanged, the difference has the other sign', () => {
  const pairs = fc.array(fc.array(fc.tuple(numbers, numbers), { minLength: 1, maxLength: 4 }), {
    minLength: 1,
    maxLength: 4,
  });
  fc.assert(
    fc.property(pairs, (groups) => {
      const there = pairedBootstrap(groups, { resamples: 40, seed: 4 });
      const back = pairedBootstrap(
        groups.map((group) => group.map(([a, b]): Pair => [b, a])),
        { resamples: 40, seed: 4 },
      );
      expect(there.difference + back.difference).toBe(0);
      expect(there.low + back.high).toBe(0);
      expect(there.below + back.below).toBe(1);
    }),
  );
});

test('refuses what has no difference', () => {
  expect(() => pairedBootstrap([], options)).toThrow(RangeError);
  expect(() => pairedBootstrap([[]], options)).toThrow(RangeError);
  expect(() => pairedBootstrap([[[1, Number.POSITIVE_INFINITY]]], options)).toThrow(RangeError);
});
