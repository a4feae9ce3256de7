import { rngFor } from '@asktell/core';
import { normalCdf } from '@asktell/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CategoricalSearch } from './categorical-search.ts';
import { CmaEs } from './cma-es.ts';
import type { DiscreteAxis } from './discrete-axis.ts';
import { FullCovariance } from './full-covariance.ts';
import { Margin } from './margin.ts';
import { Search } from './search.ts';
import { fullStrategy } from './strategy.ts';

/** `count` equal cells of [0, 1]. */
function cells(index: number, count: number): DiscreteAxis {
  return {
    index,
    count,
    cell: (v) => Math.min(Math.max(Math.ceil(v * count) - 1, 0), count - 1),
    edge: (j) => (j + 1) / count,
    center: (k) => (k + 0.5) / count,
  };
}

function gaussian(n: number, sigma: number = 0.2, lambda: number = 8): CmaEs {
  return new CmaEs(fullStrategy(n, lambda), new FullCovariance(n), new Float64Array(n).fill(0.5), sigma);
}

describe('margin', () => {
  it('keeps the margin of every neighbouring value in any search', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 40 }), { minLength: 1, maxLength: 4 }),
        fc.nat(1000),
        fc.constantFrom(-1, 0, 1),
        (counts, seed, pull) => {
          const n = counts.length + 1;
          const axes = counts.map((count, k) => cells(k, count));
          const alpha = 1 - 0.73 ** (1 / counts.length);
          const search = new Search({
            gaussian: gaussian(n),
            margin: new Margin(axes, n, alpha),
            categories: null,
            bounded: new Uint8Array(n),
          });
          const { strategy, mean, covariance } = search.gaussian as CmaEs;
          const rng = rngFor(seed, 0, 'margin');
          const none = new Int32Array(0);
          for (let g = 0; g < 15; g++) {
            const rows = Array.from({ length: strategy.lambda }, () => {
              const raw = new Float64Array(n);
              search.sample(rng, raw, none);
              for (const { index, cell, center } of axes) raw[index] = center(cell(raw[index] as number));
              return raw;
            }).sort((a, b) => pull * ((b[0] as number) - (a[0] as number)));
            search.update(
              {
                raw: Float64Array.from(rows.flatMap((row) => [...row])),
                choices: none,
                late: new Uint8Array(strategy.lambda),
              },
              strategy,
            );
            for (const [k, axis] of axes.entries()) {
              const m = mean[k] as number;
              const factor = (search.margin as Margin).factors[k] as number;
              const scale = (search.gaussian as CmaEs).sigma * factor * Math.sqrt(covariance.variance(k));
              const cell = axis.cell(m);
              const down = cell === 0 ? null : normalCdf((axis.edge(cell - 1) - m) / scale);
              const up = cell === axis.count - 1 ? null : normalCdf((m - axis.edge(cell)) / scale);
              // At an inner value each side keeps about half the margin, because the masses must sum to 1.
              if (down !== null && up !== null) {
                expect(Math.min(down, up)).toBeGreaterThan(0.49 * alpha);
              } else expect(down ?? up).toBeGreaterThan(0.99 * alpha);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the mixed search', () => {
  it('shortens the steps of late points and of points of other samplers', () => {
    const n = 5;
    const far = 1e3;
    for (const [late, distance] of [
      [1, far],
      [0, far],
      [1, 0.7],
    ] as const) {
      const search = new Search({
        gaussian: gaussian(n, 0.1),
        margin: null,
        categories: null,
        bounded: new Uint8Array(n),
      });
      const { strategy, mean } = search.gaussian as CmaEs;
      const { lambda } = strategy;
      const raw = new Float64Array(lambda * n).fill(0.5);
      raw[0] = 0.5 + distance; // the best point, far along the first coordinate
      const flags = new Uint8Array(lambda);
      flags[0] = late;
      search.update({ raw, choices: new Int32Array(0), late: flags }, strategy);
      const usual = 0.1 * (Math.sqrt(n) + (2 * n) / (n + 2));
      expect((mean[0] as number) - 0.5).toBeCloseTo((strategy.recombination[0] as number) * usual, 12);
    }
  });

  it('does not shorten its own points', () => {
    const n = 3;
    const search = new Search({
      gaussian: gaussian(n, 0.1),
      margin: null,
      categories: null,
      bounded: new Uint8Array(n),
    });
    const plain = gaussian(n, 0.1);
    const { lambda } = plain.strategy;
    const rng = rngFor(3, 0, 'points');
    for (let g = 0; g < 30; g++) {
      const raw = new Float64Array(lambda * n);
      for (let k = 0; k < lambda; k++) search.sample(rng, raw.subarray(k * n, (k + 1) * n), new Int32Array(0));
      plain.update(
        raw.map((x, i) => (x - (plain.mean[i % n] as number)) / plain.sigma),
        plain.strategy,
      );
      search.update({ raw, choices: new Int32Array(0), late: new Uint8Array(lambda) }, plain.strategy);
      expect(search.gaussian?.mean).toEqual(plain.mean);
      expect(search.gaussian?.sigma).toBe(plain.sigma);
    }
  });

  it('keeps a positive step size while discrete coordinates do not change', () => {
    const search = new Search({
      gaussian: gaussian(2, 0.1),
      margin: new Margin([cells(0, 5), cells(1, 9)], 2, 0.1),
      categories: null,
      bounded: new Uint8Array(2),
    });
    const { strategy, covariance, mean } = search.gaussian as CmaEs;
    const raw = new Float64Array(strategy.lambda * 2).fill(0.5); // each point on the same two values
    for (let g = 0; g < 3000; g++)
      search.update({ raw: raw.slice(), choices: new Int32Array(0), late: new Uint8Array(strategy.lambda) }, strategy);
    const smallest = (search.gaussian as CmaEs).sigma * covariance.extremes()[0];
    expect(smallest).toBeGreaterThan(0.99e-15);
    expect([...mean, ...(search.margin as Margin).factors].every(Number.isFinite)).toBe(true);
  });

  it('clones independently', () => {
    const axes = [cells(0, 5)];
    const search = new Search({
      gaussian: gaussian(2),
      margin: new Margin(axes, 2, 0.1),
      categories: new CategoricalSearch(Int32Array.of(3), 2),
      bounded: Uint8Array.of(0, 1),
    });
    const copy = search.clone();
    const draw = (from: Search, seed: number): number[] => {
      const raw = new Float64Array(2);
      const choices = new Int32Array(1);
      from.sample(rngFor(seed, 0, 'draw'), raw, choices);
      return [...raw, ...choices];
    };
    const before = draw(search, 1);
    const { strategy } = search.gaussian as CmaEs;
    const points = {
      raw: Float64Array.from({ length: 16 }, (_, k) => Math.sin(k) / 2 + 0.5),
      choices: Int32Array.from({ length: 8 }, (_, k) => k % 3),
      late: new Uint8Array(8),
    };
    search.update({ ...points, raw: points.raw.slice() }, strategy);
    expect(draw(copy, 1)).toEqual(before);
    expect(draw(search, 1)).not.toEqual(before);
    copy.update({ ...points, raw: points.raw.slice() }, strategy);
    for (let seed = 0; seed < 20; seed++) expect(draw(copy, seed)).toEqual(draw(search, seed));
  });
});
