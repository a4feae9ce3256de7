import { categorical, float, int } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, logCellMass, logSqrtTwoPi, logUnitMass, makeAxis, positionOf } from './axis.ts';
import { FloorKernels } from './floor-kernels.ts';
import { logPriorDensity } from './parzen-mixture.ts';

const axes = [
  float(0, 1),
  int(0, 30),
  float(1, 9, { log: true }),
  categorical(['a', 'b', 'c']),
  int(1, 90, { log: true }),
].map((dist) => makeAxis(dist) as Axis);
const d = axes.length;

const pointArbitrary = fc
  .tuple(
    ...axes.map(({ kind, cells }) =>
      kind === 'smooth' ? fc.double({ min: 0, max: 1, noNaN: true }) : fc.nat(cells - 1),
    ),
  )
  .map((codes) => Float64Array.from(codes));

/** Log-density of the mixture, summed term by term. */
function reference(
  kernels: readonly Float64Array[],
  weights: Float64Array,
  priorWeight: number,
  sigma: number,
  point: Float64Array,
): number {
  const active = weights.reduce((count, w) => count + (w > 0 ? 1 : 0), 0);
  const share = priorWeight / (active + 1);
  let sum = priorWeight * Math.exp(logPriorDensity(axes, point, 0));
  let total = priorWeight;
  kernels.forEach((kernel, i) => {
    let e = 0;
    axes.forEach((axis, j) => {
      const [code, own] = [point[j] as number, kernel[j] as number];
      if (axis.kind === 'choices') e += Math.log(((code === own ? 1 : 0) + share) / (1 + axis.cells * share));
      else if (axis.kind === 'smooth')
        e -= (code - own) ** 2 / (2 * sigma * sigma) + Math.log(sigma) + logSqrtTwoPi + logUnitMass(own, sigma);
      else e += logCellMass(axis, code, positionOf(axis, own), sigma) - logUnitMass(positionOf(axis, own), sigma);
    });
    total += weights[i] as number;
    sum += (weights[i] as number) * Math.exp(e);
  });
  return Math.log(sum / total);
}

describe('FloorKernels', () => {
  const kernelsArbitrary = fc.array(fc.tuple(pointArbitrary, fc.constantFrom(0, 0.25, 1)), {
    minLength: 1,
    maxLength: 40,
  });

  it('sums kernels of one bandwidth and the prior', () => {
    fc.assert(
      fc.property(
        kernelsArbitrary,
        fc.array(pointArbitrary, { minLength: 1, maxLength: 9 }),
        fc.constantFrom(0.01, 0.03, 0.2),
        (weighted, points, sigma) => {
          const store = new FloorKernels(axes);
          store.setFloor(0.5, 0);
          weighted.forEach(([codes], i) => {
            store.put(i, codes);
          });
          store.setFloor(sigma, weighted.length);
          const weights = Float64Array.from(weighted, ([, weight]) => weight);
          const codes = new Float64Array(points.length * d);
          points.forEach((point, c) => {
            codes.set(point, c * d);
          });
          const priors = Float64Array.from(points, (point) => logPriorDensity(axes, point, 0));
          const out = new Float64Array(points.length);
          store.clone().logDensities(weights.length, weights, priors, 1.5, codes, out);
          points.forEach((point, c) => {
            const kernels = weighted.map(([kernel]) => kernel);
            // The sum is approximate by design: exponentials are exact to 1e-7, and terms below e^-15 of the largest are left out.
            expect(out[c]).toBeCloseTo(reference(kernels, weights, 1.5, sigma, point), 4);
          });
        },
      ),
    );
  });

  it('clones independently', () => {
    const one = [makeAxis(float(0, 1)) as Axis];
    const store = new FloorKernels(one);
    store.setFloor(0.1, 0);
    store.put(0, Float64Array.of(0.2));
    const copy = store.clone();
    store.put(0, Float64Array.of(0.9));
    const at = (kernels: FloorKernels) => {
      const out = new Float64Array(1);
      kernels.logDensities(1, Float64Array.of(1), Float64Array.of(0), 1, Float64Array.of(0.2), out);
      return out[0] as number;
    };
    expect(at(copy)).toBeGreaterThan(at(store) + 0.5);
  });
});
