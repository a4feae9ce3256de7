import { categorical, float, int } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, makeAxis } from './axis.ts';
import { NeighbourKernels } from './neighbour-kernels.ts';
import { logPriorDensity, ParzenMixture } from './parzen-mixture.ts';

const axes = [
  float(0, 1),
  int(0, 12),
  float(1, 9, { log: true }),
  categorical(['a', 'b', 'c']),
  int(1, 90, { log: true }),
].map((dist) => makeAxis(dist) as Axis);
const d = axes.length;
const stepFloor = 0.2;

const point = fc
  .tuple(
    ...axes.map(({ kind, cells }) =>
      // A coarse grid, so that kernels coincide.
      kind === 'smooth' ? fc.nat(16).map((i) => i / 16) : fc.nat(cells - 1),
    ),
  )
  .map((codes) => Float64Array.from(codes));

/** Changes between two sums: kernels are stored, weights and floor change, the object is replaced by its clone. */
const round = fc.record({
  puts: fc.array(fc.tuple(fc.nat(9), point), { maxLength: 6 }),
  weights: fc.array(fc.constantFrom(0, 0.25, 1), { minLength: 10, maxLength: 10 }),
  floor: fc.constantFrom(0.01, 0.05),
  copied: fc.boolean(),
  points: fc.array(point, { minLength: 1, maxLength: 5 }),
});

function flat(points: readonly Float64Array[]): Float64Array {
  return Float64Array.from(points.flatMap((codes) => [...codes]));
}

describe('NeighbourKernels', () => {
  it.each([
    // The mixture leaves out terms below 1e-11 of the largest one.
    ['double', 1e-8],
    ['single', 1e-4],
  ] as const)('equal a newly built mixture after any sequence of changes: %s', (precision, tolerance) => {
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 6 }), (rounds) => {
        let kernels = new NeighbourKernels(axes, { stepFloor, precision });
        const there: Float64Array[] = [];
        for (const { puts, weights, floor, copied, points } of rounds) {
          for (const [i, codes] of puts) {
            const at = Math.min(i, there.length);
            kernels.put(at, codes);
            there[at] = codes;
          }
          if (copied) kernels = kernels.clone();
          kernels.setFloor(floor);
          const own = Float64Array.from(weights.slice(0, there.length));
          const counted = there.filter((_, i) => (own[i] as number) > 0);
          const codes = flat(points);
          const expected = new Float64Array(points.length);
          new ParzenMixture(axes, flat(counted), {
            floor,
            stepFloor,
            priorWeight: 1.5,
            weights: own.filter((weight) => weight > 0),
          }).logDensities(codes, expected);
          const priors = Float64Array.from(points, (_, c) => logPriorDensity(axes, codes, c * d));
          const out = new Float64Array(points.length);
          kernels.logDensities(own.length, own, priors, 1.5, codes, out);
          out.forEach((value, c) => {
            expect(Math.abs(value - (expected[c] as number))).toBeLessThan(tolerance);
          });
        }
      }),
    );
  });

  it('are bit-identical for every order of insertions and removals', () => {
    fc.assert(
      fc.property(
        fc.array(point, { minLength: 2, maxLength: 12 }),
        fc.array(point, { minLength: 1, maxLength: 4 }),
        (own, points) => {
          const codes = flat(points);
          const priors = new Float64Array(points.length).fill(-2);
          const sum = (kernels: NeighbourKernels, weights: Float64Array): Float64Array => {
            const out = new Float64Array(points.length);
            kernels.logDensities(weights.length, weights, priors, 1, codes, out);
            return out;
          };
          const grown = new NeighbourKernels(axes, { stepFloor, precision: 'double' });
          grown.setFloor(0.02);
          own.forEach((codesOfKernel, i) => {
            grown.put(i, codesOfKernel);
            sum(grown, new Float64Array(i + 1).fill(1));
          });
          sum(
            grown,
            Float64Array.from(own, (_, i) => i % 2),
          );
          const fresh = new NeighbourKernels(axes, { stepFloor, precision: 'double' });
          own.forEach((codesOfKernel, i) => {
            fresh.put(i, codesOfKernel);
          });
          fresh.setFloor(0.02);
          const all = new Float64Array(own.length).fill(1);
          expect(sum(grown, all)).toEqual(sum(fresh, all));
        },
      ),
    );
  });
});
