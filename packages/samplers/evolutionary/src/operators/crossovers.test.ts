import { categorical, compileSpace, float, int, oneOf, type Rng, rngFor } from '@asktell/core';
import { runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GenomeSpace } from '../genome/genome-space.ts';
import { blxCrossover } from './blx.ts';
import type { Crossover } from './operator.ts';
import { makeCrossover } from './operator-options.ts';
import { sbxCrossover } from './sbx.ts';
import { simplexEpsilon, spxCrossover } from './spx.ts';
import { undxCrossover } from './undx.ts';
import { uniformCrossover } from './uniform.ts';
import { vsbxCrossover } from './vsbx.ts';

const all: readonly Crossover[] = [
  uniformCrossover(),
  blxCrossover(0.5),
  blxCrossover(0),
  sbxCrossover(2),
  sbxCrossover(15),
  vsbxCrossover(15),
  vsbxCrossover(0),
  spxCrossover(simplexEpsilon),
  undxCrossover(0.5, 0.35),
];

const named = all.map((crossover) => [JSON.stringify(crossover.config), crossover] as const);

function plain(size: number): GenomeSpace {
  const fields = Object.fromEntries(Array.from({ length: size }, (_, i) => [`x${i}`, float(0, 1)]));
  return new GenomeSpace(compileSpace(fields).compiled);
}

const mixed = new GenomeSpace(
  compileSpace({
    x: float(-3, 5),
    act: categorical(['a', 'b', 'c']),
    one: float(2, 2),
    model: oneOf({ svm: { c: float(0, 1), k: categorical([true, false]) }, forest: { n: int(1, 3) }, none: {} }),
  }).compiled,
);

const gene = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 1e-300, 1 - 2 ** -53));

function genomes(count: number, size: number): fc.Arbitrary<Float64Array[]> {
  const genome = fc.array(gene, { minLength: size, maxLength: size }).map((genes) => Float64Array.from(genes));
  return fc.array(genome, { minLength: count, maxLength: count });
}

function cross(crossover: Crossover, parents: readonly Float64Array[], genes: GenomeSpace, rng: Rng): Float64Array {
  const child = new Float64Array(genes.size).fill(-9);
  crossover.cross(parents, genes, rng, child);
  return child;
}

function children(crossover: Crossover, parents: readonly Float64Array[], count: number): Float64Array[] {
  const genes = plain((parents[0] as Float64Array).length);
  const rng = rngFor(5, 0, crossover.name);
  return Array.from({ length: count }, () => cross(crossover, parents, genes, rng));
}

const column = (list: readonly Float64Array[], i: number): number[] => list.map((genome) => genome[i] as number);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function covariance(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [mean(a), mean(b)];
  return mean(a.map((x, i) => (x - ma) * ((b[i] as number) - mb)));
}

/** Kolmogorov–Smirnov statistic: √n times the largest distance to `cdf`. Above 1.95 with p = 0.001. */
function distance(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const gaps = sorted.map((x, i) => Math.max(Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n)));
  return Math.max(...gaps) * Math.sqrt(n);
}

describe.each(named)('crossover %s', (_, crossover) => {
  it('keeps children in the unit cube, does not change parents, and is deterministic', () => {
    fc.assert(
      fc.property(genomes(crossover.parents, 4), fc.nat(), (parents, seed) => {
        const before = parents.map((parent) => [...parent]);
        const genes = plain(4);
        const child = cross(crossover, parents, genes, rngFor(seed, 0, 'x'));
        expect([...child].every((u) => u >= 0 && u <= 1)).toBe(true);
        expect(parents.map((parent) => [...parent])).toEqual(before);
        expect(cross(crossover, parents, genes, rngFor(seed, 0, 'x'))).toEqual(child);
      }),
      { numRuns: runs(300) },
    );
  });

  it('gives equal parents an equal child', () => {
    fc.assert(
      fc.property(genomes(1, 3), fc.nat(), ([parent], seed) => {
        const parents = new Array<Float64Array>(crossover.parents).fill(parent as Float64Array);
        const child = cross(crossover, parents, plain(3), rngFor(seed, 0, 'x'));
        for (const [i, u] of child.entries()) expect(u).toBeCloseTo(parent?.[i] as number, 12);
      }),
    );
  });

  it('takes categorical, constant and unshared genes from a parent that has them', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rng = rngFor(seed, 0, 'x');
        const free = new Float64Array(mixed.size).fill(Number.NaN);
        const parents = Array.from({ length: crossover.parents }, () => {
          const genome = free.slice();
          mixed.complete(genome, free, rng);
          return genome;
        });
        const child = cross(crossover, parents, mixed, rng);
        for (let i = 0; i < mixed.size; i++) {
          const having = parents.map((parent) => parent[i] as number).filter((u) => !Number.isNaN(u));
          if (having.length === 0) expect(child[i]).toBeNaN();
          else if (having.length < parents.length || mixed.kind[i] !== 0) expect(having).toContain(child[i]);
          else expect((child[i] as number) >= 0 && (child[i] as number) <= 1).toBe(true);
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('has children whose mean is the mean of the parents', () => {
    const parents = [Float64Array.of(0.45, 0.5), Float64Array.of(0.52, 0.47), Float64Array.of(0.5, 0.55)].slice(
      0,
      crossover.parents,
    );
    // vSBX with eta 0 has infinite variance, so its mean converges slowly.
    const tolerance = crossover.name === 'vsbx' ? 0.02 : 0.001;
    const offspring = children(crossover, parents, 20_000);
    // UNDX is centred between its first two parents.
    const centred = crossover.name === 'undx' ? parents.slice(0, 2) : parents;
    for (const i of [0, 1]) {
      const middle = mean(column(centred, i));
      expect(Math.abs(mean(column(offspring, i)) - middle)).toBeLessThan(tolerance);
    }
  });

  it('is recreated from its config', () => {
    const again = makeCrossover('Test', JSON.parse(JSON.stringify(crossover.config)));
    expect([again.name, again.parents, again.config]).toEqual([crossover.name, crossover.parents, crossover.config]);
    const parents = [Float64Array.of(0.1, 0.7), Float64Array.of(0.3, 0.2), Float64Array.of(0.9, 0.8)];
    const used = parents.slice(0, crossover.parents);
    expect(children(again, used, 5)).toEqual(children(crossover, used, 5));
  });
});

describe('uniform', () => {
  it('takes each gene from one of two parents, with equal probability and independently', () => {
    const parents = [Float64Array.of(0, 0, 0), Float64Array.of(1, 1, 1)];
    const offspring = children(uniformCrossover(), parents, 8000);
    const counts = new Array<number>(8).fill(0);
    for (const [a, b, c] of offspring) counts[(a as number) * 4 + (b as number) * 2 + (c as number)]!++;
    expect(counts.reduce((sum, n) => sum + (n - 1000) ** 2 / 1000, 0)).toBeLessThan(24.3); // 7 degrees, p = 0.001
  });
});

describe('blx', () => {
  it('is uniform in the extended box, clipped to the bounds', () => {
    const offspring = children(blxCrossover(0.5), [Float64Array.of(0.4, 0.1), Float64Array.of(0.6, 0.5)], 5000);
    expect(distance(column(offspring, 0), (x) => (x - 0.3) / 0.4)).toBeLessThan(1.95);
    expect(distance(column(offspring, 1), (x) => x / 0.7)).toBeLessThan(1.95);
  });
});

describe('sbx', () => {
  it.each([2, 15])('has the density of the paper (eta %d), truncated at the nearest bound', (eta) => {
    const [a, b] = [0.2, 0.5];
    const offspring = children(sbxCrossover(eta), [Float64Array.of(a), Float64Array.of(b)], 40_000);
    const blended = column(offspring, 0).filter((x) => x !== a && x !== b);
    expect(blended.length / offspring.length).toBeCloseTo(0.5, 1);
    // F(β) = β^(η+1)/2 up to β = 1, then 1 − β^−(η+1)/2, divided by its value at the limit.
    const cdf = (beta: number): number => (beta <= 1 ? 0.5 * beta ** (eta + 1) : 1 - 0.5 * beta ** -(eta + 1));
    const limit = cdf(1 + (2 * a) / (b - a));
    const betas = blended.map((x) => Math.abs(x - 0.35) / 0.15);
    expect(distance(betas, (beta) => Math.min(1, cdf(beta) / limit))).toBeLessThan(1.95);
    // Symmetric around the middle of the parents.
    expect(mean(blended.map((x) => Math.sign(x - 0.35)))).toBeCloseTo(0, 1);
  });

  it('leaves half of the genes unchanged', () => {
    const offspring = children(sbxCrossover(2), [Float64Array.of(0.2), Float64Array.of(0.5)], 10_000);
    const kept = column(offspring, 0);
    for (const parent of [0.2, 0.5]) {
      expect(Math.abs(kept.filter((x) => x === parent).length / kept.length - 0.25)).toBeLessThan(0.02);
    }
  });
});

describe('vsbx', () => {
  it('is symmetric around each parent', () => {
    const offspring = column(children(vsbxCrossover(5), [Float64Array.of(0.45), Float64Array.of(0.55)], 40_000), 0);
    const shifts = offspring.map((x) => (Math.abs(x - 0.45) < Math.abs(x - 0.55) ? x - 0.45 : 0.55 - x));
    const near = shifts.filter((shift) => Math.abs(shift) < 0.04);
    expect(near.length).toBeGreaterThan(30_000);
    expect(Math.abs(mean(near.map(Math.sign)))).toBeLessThan(0.02);
    // |shift| = (β − 1)/2 · 0.1 with P(β ≤ b) = 1 − b^−(η+1).
    const beyond = offspring.filter((x) => x < 0.44).length / offspring.length;
    expect(Math.abs(beyond - 0.25 * 1.2 ** -6)).toBeLessThan(0.006);
  });
});

describe('spx', () => {
  it('preserves the mean and the covariance of its parents', () => {
    const parents = [Float64Array.of(0.5, 0.42), Float64Array.of(0.55, 0.5), Float64Array.of(0.45, 0.55)];
    const offspring = children(spxCrossover(simplexEpsilon), parents, 40_000);
    for (const [i, j] of [[0, 0] as const, [0, 1] as const, [1, 1] as const]) {
      const wanted = covariance(column(parents, i), column(parents, j));
      const got = covariance(column(offspring, i), column(offspring, j));
      expect(Math.abs(got - wanted)).toBeLessThan(0.00005);
    }
  });

  it('stays in the expanded triangle', () => {
    const parents = [Float64Array.of(0.4, 0.4), Float64Array.of(0.6, 0.4), Float64Array.of(0.4, 0.6)];
    for (const [x, y] of children(spxCrossover(2), parents, 2000)) {
      // Distances from the centre (0.4667, 0.4667) double, so the corners are at 0.3333.
      expect((x as number) >= 1 / 3 - 1e-12 && (y as number) >= 1 / 3 - 1e-12).toBe(true);
      expect((x as number) + (y as number)).toBeLessThanOrEqual(2 / 3 + 0.4 + 1e-12);
    }
  });
});

describe('undx', () => {
  it('has the stated deviations along and across the line of two parents', () => {
    const parents = [Float64Array.of(0.45, 0.5, 0.5), Float64Array.of(0.55, 0.5, 0.5), Float64Array.of(0.5, 0.6, 0.5)];
    const offspring = children(undxCrossover(0.5, 0.35), parents, 20_000);
    const deviation = (i: number): number => Math.sqrt(covariance(column(offspring, i), column(offspring, i)));
    expect(deviation(0)).toBeCloseTo(0.5 * 0.1, 2);
    expect(Math.abs(deviation(1) - (0.35 / Math.sqrt(3)) * 0.1)).toBeLessThan(0.0005);
    expect(Math.abs(deviation(2) - (0.35 / Math.sqrt(3)) * 0.1)).toBeLessThan(0.0005);
    expect(Math.abs(covariance(column(offspring, 0), column(offspring, 1)))).toBeLessThan(0.0001);
  });

  it('supports parents on one point and on one line', () => {
    const point = Float64Array.of(0.3, 0.3);
    for (const third of [Float64Array.of(0.3, 0.3), Float64Array.of(0.6, 0.3)]) {
      for (const child of children(undxCrossover(0.5, 0.35), [point, point, third], 50)) {
        expect([...child].every((u) => u >= 0 && u <= 1)).toBe(true);
      }
    }
  });
});

describe('golden sequences: a change alters resumed studies', () => {
  const parents = [Float64Array.of(0.125, 0.75), Float64Array.of(0.375, 0.25), Float64Array.of(0.5, 0.875)];
  it.each(named)('%s', (_, crossover) => {
    const offspring = children(crossover, parents.slice(0, crossover.parents), 3);
    expect(offspring.map((child) => [...child].map((u) => Number(u.toPrecision(12))))).toMatchSnapshot();
  });
});
