import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { associate, unitDirections } from './associate.ts';
import { dasDennis, dasDennisSize, referenceDirections } from './das-dennis.ts';
import { normalize } from './normalize.ts';
import { Population } from './population.ts';
import { referenceSurvival } from './reference-survival.ts';
import { solveOnes } from './solve-ones.ts';

type Numbers = readonly number[];

/** Written by fixtures/make-nsga-iii-fixture.py with Optuna and pymoo. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/nsga-iii.json', import.meta.url), 'utf8')) as {
  fronts: readonly (readonly [number, number, Numbers, Numbers, Numbers, Numbers, Numbers])[];
  simplex: readonly (readonly [number, number, readonly Numbers[]])[];
};

const closeTo = (actual: ArrayLike<number>, expected: Numbers, tolerance: number): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((x, i) => {
    expect(Math.abs((actual[i] as number) - x)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(x)));
  });
};

const rowsOf = (flat: Float64Array, m: number): number[][] =>
  Array.from({ length: flat.length / m }, (_, row) => [...flat.subarray(row * m, (row + 1) * m)]);

describe('dasDennis', () => {
  it('equals pymoo', () => {
    for (const [m, divisions, expected] of fixture.simplex) {
      const points = rowsOf(dasDennis(m, divisions), m);
      points.sort((a, b) => a.map((x, i) => x - (b[i] as number)).find((x) => x !== 0) ?? 0);
      closeTo(points.flat(), expected.flat(), 1e-12);
    }
  });

  it('has the number of points of dasDennisSize', () => {
    for (let m = 1; m <= 6; m++) {
      for (let divisions = 1; divisions <= 5; divisions++) {
        expect(dasDennis(m, divisions).length).toBe(m * dasDennisSize(m, divisions));
      }
    }
  });

  it.each([
    [2, 50, 50],
    [3, 50, 45],
    [3, 91, 91],
    [5, 50, 35 + 15],
    [10, 50, 10 + 10],
    [1, 50, 1],
    [4, 2, 4],
  ])('for %i objectives and a population of %i: %i directions', (m, size, expected) => {
    const directions = rowsOf(referenceDirections(m, size, null), m);
    expect(directions.length).toBe(expected);
    for (const direction of directions) expect(direction.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(new Set(directions.map(String)).size).toBe(expected);
  });
});

describe('the number of reference directions', () => {
  it('is limited for very large populations', () => {
    for (const m of [2, 3, 10]) {
      const count = referenceDirections(m, 2 ** 53 - 1, null).length / m;
      expect(count).toBeGreaterThan(50_000);
      expect(count).toBeLessThanOrEqual(100_000);
    }
    expect(referenceDirections(10, 20_000, null).length / 10).toBe(11_440 + 5_005);
  });

  it('is limited for many divisions', () => {
    expect(() => referenceDirections(8, 50, 50)).toThrow(
      'NsgaIIISampler: divisions must be at most 13 for 8 objectives (100000 reference directions), not 50.',
    );
    expect(referenceDirections(8, 50, 13).length / 8).toBeLessThanOrEqual(100_000);
    expect(() => referenceDirections(8, 50, 14)).toThrow('must be at most 13');
  });
});

describe('normalize and associate', () => {
  it('are finite for a loss that is 1e320 times the largest one of the front', () => {
    const points = Float64Array.of(0, 0, 5e-324, 0, 1.0000000000000002e-12, 0, 0, 1e308, 0);
    normalize(points, 3, 3, 2);
    const { distance } = associate(points, 3, 3, unitDirections(dasDennis(3, 3), 3));
    for (const x of [...points, ...distance]) expect(Number.isFinite(x)).toBe(true);
  });

  it('equal Optuna on whole fronts', () => {
    for (const [n, m, losses, normalized, directions, niche, distance] of fixture.fronts) {
      const points = Float64Array.from(losses);
      normalize(points, n, m, n);
      closeTo(points, normalized, 1e-8);
      const niches = associate(points, n, m, unitDirections(Float64Array.from(directions), m));
      closeTo(niches.distance, distance, 1e-7);
      expect([...niches.niche]).toEqual(niche);
    }
    expect(fixture.fronts.length).toBe(30);
  });

  it('gives finite numbers from 0 on for any losses', () => {
    const loss = fc.oneof(
      fc.integer({ min: -2, max: 2 }),
      fc.double({ noNaN: true }),
      fc.constantFrom(Infinity, -Infinity, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324),
    );
    const sets = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 12 }))
      .chain(([m, n]) => fc.tuple(fc.constant(m), fc.array(loss, { minLength: m * n, maxLength: m * n })));
    fc.assert(
      fc.property(sets, fc.nat(11), ([m, losses], front) => {
        const points = Float64Array.from(losses);
        const n = losses.length / m;
        normalize(points, n, m, Math.min(n, front + 1));
        expect(
          points.every((x) => x >= 0 && x < Infinity),
          String(points),
        ).toBe(true);
      }),
    );
  });
});

describe('solveOnes', () => {
  it('solves the equations, or returns null if they are singular', () => {
    const systems = fc
      .integer({ min: 1, max: 5 })
      .chain((m) => fc.array(fc.integer({ min: -9, max: 9 }), { minLength: m * m, maxLength: m * m }));
    fc.assert(
      fc.property(systems, (numbers) => {
        const m = Math.sqrt(numbers.length);
        const x = solveOnes(Float64Array.from(numbers), m);
        const rows = rowsOf(Float64Array.from(numbers), m);
        if (x === null) expect(Math.abs(determinant(rows))).toBeLessThan(1e-6);
        else for (const row of rows) expect(row.reduce((sum, a, i) => sum + a * (x[i] as number), 0)).toBeCloseTo(1, 8);
      }),
    );
  });
});

/** Determinant by expansion along the first row, which is exact for small integers. */
function determinant(rows: readonly Numbers[]): number {
  if (rows.length === 0) return 1;
  const [first = [], ...rest] = rows;
  return first.reduce((sum, a, i) => {
    const minor = rest.map((row) => row.filter((_, k) => k !== i));
    return sum + (i % 2 === 0 ? a : -a) * determinant(minor);
  }, 0);
}

describe('referenceSurvival', () => {
  const genome = Float64Array.of(0.5);
  const add = (population: Population, losses: Numbers, violation = 0): void =>
    population.add({ genome, losses: Float64Array.from(losses), violation });
  const lossesOf = (population: Population): number[][] =>
    rowsOf(population.losses.subarray(0, population.size * population.objectives), population.objectives);

  it('keeps one member for each direction of a front', () => {
    const directions = dasDennis(3, 4);
    const n = directions.length / 3;
    const population = new Population(n, 3, referenceSurvival(directions, 3));
    const unit = (x: Numbers): number[] => x.map((value) => value / Math.hypot(...x));
    const wanted = rowsOf(directions, 3).map(unit);
    // The ends of the axes come first, so that the scale is constant. Then every direction, and two points near it.
    for (const exact of wanted) if (exact.includes(1)) add(population, exact);
    for (const exact of wanted) {
      if (!exact.includes(1)) add(population, exact);
      for (const [k, shift] of [0.03, 0.05].entries())
        add(population, unit(exact.map((x, i) => x + (i === k ? shift : 0.001))));
    }
    const kept = lossesOf(population).map(String).sort();
    expect(kept).toEqual(wanted.map(String).sort());
  });

  it('prefers feasible members, then better ranks, then emptier niches', () => {
    const population = new Population(3, 2, referenceSurvival(dasDennis(2, 1), 2));
    add(population, [9, 9], 2);
    add(population, [8, 8], 1);
    add(population, [5, 5]);
    expect(population.rank[2]).toBeLessThan(population.rank[1] as number);
    expect(population.rank[1]).toBeLessThan(population.rank[0] as number);
    add(population, [4, 4]);
    expect(lossesOf(population)).toEqual(
      expect.arrayContaining([
        [4, 4],
        [5, 5],
        [8, 8],
      ]),
    );
    add(population, [1, 3]);
    add(population, [3, 1]);
    add(population, [1.2, 2.9]);
    expect(lossesOf(population)).toEqual(
      expect.arrayContaining([
        [1, 3],
        [3, 1],
      ]),
    );
  });
});
