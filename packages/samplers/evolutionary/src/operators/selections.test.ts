import { rngFor } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberToRemove } from './elitism.ts';
import type { Candidates, Selection } from './operator.ts';
import { makeSelection } from './operator-options.ts';
import { rankSelection } from './rank.ts';
import { rouletteSelection } from './roulette.ts';
import { tournamentSelection } from './tournament.ts';

function candidates(loss: readonly number[], rank: readonly number[] = loss.map((_, i) => i)): Candidates {
  return { size: loss.length, rank, loss };
}

const draws = 20_000;

function shares(selection: Selection, of: Candidates): number[] {
  const rng = rngFor(4, 0, selection.name);
  const counts = new Array<number>(of.size).fill(0);
  for (let k = 0; k < draws; k++) counts[selection.select(of, rng)]!++;
  return counts;
}

/** Expects χ² below its 0.999 quantile (Wilson–Hilferty). */
function expectShares(counts: readonly number[], wanted: readonly number[]): void {
  const chi2 = counts.reduce((sum, n, i) => {
    const expected = draws * (wanted[i] as number);
    return expected === 0 ? sum + (n === 0 ? 0 : Number.POSITIVE_INFINITY) : sum + (n - expected) ** 2 / expected;
  }, 0);
  const k = Math.max(1, wanted.length - 1);
  expect(chi2).toBeLessThan(k * (1 - 2 / (9 * k) + 3.09 * Math.sqrt(2 / (9 * k))) ** 3);
}

const all = [tournamentSelection(2), tournamentSelection(1), rankSelection(1.8), rouletteSelection()];

describe.each(all.map((selection) => [JSON.stringify(selection.config), selection] as const))('%s', (_, selection) => {
  it('returns a valid position for any losses', () => {
    const loss = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, Infinity, -Infinity, 1e308, -1e308));
    fc.assert(
      fc.property(fc.array(loss, { minLength: 1, maxLength: 12 }), fc.nat(), (losses, seed) => {
        losses.sort((a, b) => (a < b ? -1 : 1));
        const chosen = selection.select(candidates(losses), rngFor(seed, 0, 'x'));
        expect(Number.isInteger(chosen) && chosen >= 0 && chosen < losses.length).toBe(true);
        expect(selection.select(candidates(losses), rngFor(seed, 0, 'x'))).toBe(chosen);
      }),
    );
  });

  it('never prefers a worse candidate', () => {
    const counts = shares(selection, candidates([0, 1, 2, 3, 4]));
    for (let i = 1; i < 5; i++) expect((counts[i - 1] as number) - (counts[i] as number)).toBeGreaterThan(-250);
  });

  it('is recreated from its config', () => {
    const again = makeSelection('Test', JSON.parse(JSON.stringify(selection.config)));
    expect([again.name, again.config]).toEqual([selection.name, selection.config]);
    const of = candidates([0, 1, 5, 9]);
    expect(shares(again, of)).toEqual(shares(selection, of));
  });

  it('golden sequence', () => {
    const rng = rngFor(1, 0, 'golden');
    const of = candidates([0, 0.5, 1, 4, 9, 10, Number.POSITIVE_INFINITY]);
    expect(Array.from({ length: 16 }, () => selection.select(of, rng))).toMatchSnapshot();
  });
});

it('tournament: the best of `size` draws', () => {
  const of = candidates([0, 1, 2, 3]);
  // P(position ≥ i) = ((n − i)/n)^k.
  for (const size of [1, 2, 5]) {
    const wanted = [0, 1, 2, 3].map((i) => ((4 - i) / 4) ** size - ((3 - i) / 4) ** size);
    expectShares(shares(tournamentSelection(size), of), wanted);
  }
  expectShares(shares(tournamentSelection(3), candidates([5, 5, 5, 5], [0, 0, 0, 0])), [0.25, 0.25, 0.25, 0.25]);
});

it('rank: linear in the position, exactly', () => {
  const n = 5;
  for (const pressure of [1, 1.5, 2]) {
    const wanted = Array.from({ length: n }, (_, i) => (pressure - (2 * (pressure - 1) * i) / (n - 1)) / n);
    expectShares(shares(rankSelection(pressure), candidates([0, 1, 2, 3, 4])), wanted);
  }
});

it('roulette: proportional to the distance from the worst, with a minimum', () => {
  const merits = [1, 0.75, 0.25, 0, 0];
  const total = merits.reduce((a, b) => a + b, 0);
  const share = (0.01 * total) / 5;
  expectShares(
    shares(rouletteSelection(), candidates([0, 1, 3, 4, Number.POSITIVE_INFINITY])),
    merits.map((merit) => (merit + share) / (total + 5 * share)),
  );
  expectShares(shares(rouletteSelection(), candidates([7, 7, 7])), [1 / 3, 1 / 3, 1 / 3]);
});

it('elitism: removes the oldest member outside the elite, or the worst if there is none', () => {
  expect(memberToRemove([9, 1, 5, 3], 4, 0)).toBe(1);
  expect(memberToRemove([9, 1, 5, 3], 4, 2)).toBe(3);
  expect(memberToRemove([9, 1, 5, 3], 4, 4)).toBe(3);
  expect(memberToRemove([9, 1, 5, 3], 4, 99)).toBe(3);
  expect(memberToRemove([2], 1, 0)).toBe(0);
});

describe('options', () => {
  it('have defaults', () => {
    expect(makeSelection('S', 'tournament').config).toEqual({ kind: 'tournament', size: 2 });
    expect(makeSelection('S', { kind: 'rank' }).config).toEqual({ kind: 'rank', pressure: 1.8 });
  });

  it.each([
    ['roulett', "selection must be one of 'tournament', 'rank', 'roulette'"],
    [null, 'not null'],
    [[], 'not []'],
    [{ kind: 'tournament', size: 0 }, 'size must be a whole number from 1 to 1000, not 0'],
    [{ kind: 'tournament', size: 1.5 }, 'not 1.5'],
    [{ kind: 'rank', pressure: Number.NaN }, 'pressure must be a number from 1 to 2'],
    [{ kind: 'roulette', size: 2 }, 'there is no option "size". It has no options'],
    [{ kind: 'constructor' }, 'must be one of'],
  ])('reject %j', (option, message) => {
    expect(() => makeSelection('S', option as never)).toThrow(message);
  });
});
