import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArdKernel } from './ard-kernel.ts';
import { decayingExponential } from './decaying-exponential.ts';
import { PointColumns } from './points.ts';
import { gaussian, matern52 } from './radial-profile.ts';

describe('decayingExponential', () => {
  it('equals Math.exp to the last digits until it underflows', () => {
    const t = fc.oneof(
      fc.double({ min: 0, max: 708, noNaN: true }),
      fc.double({ min: -300, max: 0, noNaN: true }).map((e) => 10 ** e),
      fc.integer({ min: 0, max: 65_000 }).map((k) => ((k + 0.5) * Math.LN2) / 64),
    );
    fc.assert(
      fc.property(t, (t) => {
        expect(Math.abs(decayingExponential(t) / Math.exp(-t) - 1)).toBeLessThan(1e-15);
      }),
      { numRuns: 2_000 },
    );
    for (const t of [709, 720, 745, 750, 1e300, Number.POSITIVE_INFINITY])
      expect(Math.abs(decayingExponential(t) - Math.exp(-t))).toBeLessThanOrEqual(1e-322);
    expect(decayingExponential(0)).toBe(1);
    expect(decayingExponential(Number.NaN)).toBeNaN();
  });
});

const kinds = fc
  .record({ numeric: fc.integer({ min: 0, max: 10 }), categorical: fc.integer({ min: 0, max: 3 }) })
  .filter(({ numeric, categorical }) => numeric + categorical > 0);

const shapes = fc.record({ profile: fc.constantFrom(matern52, gaussian), constant: fc.constantFrom(0, 0.5, 10) });

describe('ArdKernel', () => {
  it('equals its definition in matrices, rows and pairs', () => {
    fc.assert(
      fc.property(kinds, shapes, fc.integer({ min: 1, max: 12 }), (kind, { profile, constant }, n) => {
        const kernel = new ArdKernel(kind, profile, constant);
        const { columns } = kernel;
        const logs = Float64Array.from({ length: columns + 1 }, (_, j) => ((j * 7) % 5) - 2);
        kernel.configure(logs);
        const points = new PointColumns(columns, 1);
        const all = Float64Array.from({ length: n * columns }, (_, i) =>
          i % columns < kind.numeric ? Math.sin(i) : i % 3,
        );
        for (let i = 0; i < n; i++) points.push(all, i * columns);
        const stride = n + 2;
        const matrix = new Float64Array(n * stride).fill(Number.NaN);
        kernel.fillMatrix(points, matrix, stride);
        const row = new Float64Array(n + 1);
        for (let i = 0; i < n; i++) {
          kernel.fillRow(points, all, i * columns, row, 1);
          for (let k = 0; k <= i; k++) {
            let square = 0;
            for (let j = 0; j < columns; j++) {
              const d = (all[i * columns + j] as number) - (all[k * columns + j] as number);
              square += Math.exp(logs[j] as number) * (j < kind.numeric ? d * d : Math.sign(Math.abs(d)));
            }
            const t = Math.sqrt(5 * square);
            const shape = profile === gaussian ? Math.exp(-square / 2) : (1 + t + (t * t) / 3) * Math.exp(-t);
            const expected = constant + Math.exp(logs[columns] as number) * shape;
            for (const value of [
              matrix[i * stride + k],
              row[k + 1],
              kernel.between(all, i * columns, all, k * columns),
            ])
              expect(Math.abs((value as number) - expected)).toBeLessThan(1e-13 * Math.max(1, kernel.variance));
          }
          expect(matrix[i * stride + i]).toBe(kernel.variance);
        }
      }),
    );
  });

  it('is flat at distance 0 and falls to 0', () => {
    for (const profile of [matern52, gaussian]) {
      const values = Float64Array.of(0, 1e-20, 1, 1e6, 1e300);
      const slopes = new Float64Array(5);
      profile.apply(values, 0, 5, 2, slopes, 0);
      expect(values[0]).toBe(2);
      expect(values[1]).toBeCloseTo(2, 15);
      expect([values[3], values[4]]).toEqual([0, 0]);
      expect(slopes[0]).toBeLessThan(0);
      expect(slopes.every(Number.isFinite)).toBe(true);
    }
  });

  it('rejects zero columns', () => {
    for (const kind of [
      { numeric: 0, categorical: 0 },
      { numeric: -1, categorical: 2 },
      { numeric: 1.5, categorical: 0 },
    ])
      expect(() => new ArdKernel(kind)).toThrow(RangeError);
    expect(() => new PointColumns(0)).toThrow(RangeError);
  });

  it('refuses a constant that is not a variance', () => {
    for (const constant of [-1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => new ArdKernel({ numeric: 1, categorical: 0 }, matern52, constant)).toThrow(
        `constant must be a finite number of at least 0, not ${constant}`,
      );
  });
});

describe('PointColumns', () => {
  it('keeps points when it grows or is truncated', () => {
    const points = new PointColumns(3, 2);
    for (let i = 0; i < 50; i++) points.push(Float64Array.of(-1, i, 2 * i, 3 * i), 1);
    points.truncate(40);
    points.push(Float64Array.of(7, 8, 9));
    expect([points.size, points.columns]).toEqual([41, 3]);
    const out = new Float64Array(4);
    points.read(39, out, 1);
    expect([...out]).toEqual([0, 39, 78, 117]);
    points.read(40, out);
    expect([...out]).toEqual([7, 8, 9, 117]);
    expect(points.values[2 * points.stride + 40]).toBe(9);
  });
});
