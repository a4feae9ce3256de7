import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelShape } from './kernel-problem.ts';
import { KernelSums, type KernelSumsOptions } from './kernel-sums.ts';
import { scratchMemory } from './scratch-memory.ts';

interface Given {
  readonly shape: KernelShape;
  readonly kernels: number;
  /** The i-th number of a fixed infinite sequence in [0, 1]. */
  readonly number: (i: number) => number;
  readonly others: Float64Array;
}

const given: fc.Arbitrary<Given> = fc
  .record({
    kernels: fc.integer({ min: 1, max: 40 }),
    spare: fc.nat(9),
    axes: fc.nat(11),
    lookups: fc.nat(3),
    rows: fc.integer({ min: 1, max: 4 }),
    points: fc.integer({ min: 1, max: 9 }),
    numbers: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 300 }),
    other: fc.constantFrom(Number.NEGATIVE_INFINITY, -3, -30),
  })
  .map(({ kernels, spare, axes, lookups, rows, points, numbers, other }) => ({
    shape: { capacity: kernels + spare, axes, lookups, rows, points },
    kernels,
    number: (i) => numbers[(i * 7919) % numbers.length] as number,
    others: new Float64Array(points).fill(other),
  }));

/** Fills and sums a problem. Also returns the sums computed directly in double precision. */
function sumsOf(options: KernelSumsOptions, { shape, kernels, number, others }: Given) {
  const sums = new KernelSums(options);
  const problem = sums.prepare(shape);
  let at = 0;
  for (const [floats, width, shift] of [
    [problem.centres, 3, 0],
    [problem.scales, 2, 0.1],
    [problem.norms, -20, 0],
    [problem.weights, 1, 0.05],
    [problem.coordinates, 3, 0],
    [problem.rows, -9, 0],
  ] as const)
    floats?.forEach((_, i) => {
      floats[i] = shift + width * number(at++);
    });
  problem.rowStarts.fill(2 ** 30);
  for (let i = 0; i < shape.points * shape.lookups; i++)
    problem.rowStarts[i] = Math.floor(number(at++) * 0.999 * shape.rows) * problem.stride;
  const { axes, lookups } = shape;
  const terms = Array.from({ length: shape.points }, (_, c) => {
    let sum = Math.exp(others[c] as number);
    for (let i = 0; i < kernels; i++) {
      let e = problem.norms[i] as number;
      for (let k = 0; k < axes; k++) {
        const scale = problem.scales?.[k * problem.stride + i] ?? 1;
        const centre = problem.centres[k * problem.stride + i] as number;
        e -= ((centre - (problem.coordinates[c * axes + k] as number)) * scale) ** 2;
      }
      for (let k = 0; k < lookups; k++) e += problem.rows[(problem.rowStarts[c * lookups + k] as number) + i] as number;
      sum += (problem.weights[i] as number) * Math.exp(e);
    }
    return Math.log(sum);
  });
  const out = new Float64Array(shape.points);
  sums.logSums(kernels, others, out);
  return { out, terms };
}

const kinds = (['single', 'double'] as const).flatMap((precision) =>
  [true, false].map((ownScales) => ({ precision, ownScales })),
);

describe('KernelSums', () => {
  it.each(kinds)('equals the direct sum: %o', (kind) => {
    const tolerance = kind.precision === 'single' ? 1e-4 : 1e-9;
    fc.assert(
      fc.property(given, (problem) => {
        const { out, terms } = sumsOf({ ...kind, vectors: false }, problem);
        out.forEach((value, c) => {
          expect(Math.abs(value - (terms[c] as number))).toBeLessThan(tolerance);
        });
      }),
    );
  });

  it.each(kinds)('is bit-identical in vector and scalar arithmetic: %o', (kind) => {
    // Without vectors the test would compare scalar results with themselves.
    expect(scratchMemory(true).vectorFunction(kind)).not.toBeNull();
    fc.assert(
      fc.property(given, (problem) => {
        expect(sumsOf(kind, problem).out).toEqual(sumsOf({ ...kind, vectors: false }, problem).out);
      }),
    );
  });

  it('leaves out kernels whose norm is -Infinity', () => {
    const sums = new KernelSums({ precision: 'double', ownScales: false });
    const problem = sums.prepare({ capacity: 3, axes: 1, lookups: 0, rows: 0, points: 1 });
    problem.centres.set([0, 50, 0]);
    problem.norms.set([Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]);
    problem.weights.fill(1);
    problem.coordinates.set([0]);
    const out = new Float64Array(1);
    sums.logSums(3, Float64Array.of(Number.NEGATIVE_INFINITY), out);
    expect(out[0]).toBeCloseTo(-2500, 9);
  });

  it('does not depend on earlier problems', () => {
    const sums = new KernelSums({ precision: 'single', ownScales: false });
    const shape = { capacity: 5, axes: 1, lookups: 0, rows: 0, points: 1 };
    const once = (weight: number): number => {
      const problem = sums.prepare(shape);
      problem.centres.fill(0);
      problem.norms.fill(0);
      problem.weights.fill(weight);
      problem.coordinates.fill(0);
      const out = new Float64Array(1);
      sums.logSums(5, Float64Array.of(Number.NEGATIVE_INFINITY), out);
      return out[0] as number;
    };
    const first = once(1);
    new KernelSums({ precision: 'double', ownScales: true })
      .prepare({ capacity: 30_000, axes: 9, lookups: 0, rows: 0, points: 4 })
      .centres.fill(Number.NaN);
    expect(once(1)).toBe(first);
    expect(first).toBeCloseTo(Math.log(5), 6);
  });
});
