import { categorical, type Distribution, float, int } from '@asktell/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Axis, encode, logCellMass, logUnitMass, makeAxis, positionOf } from './axis.ts';
import { AxisHistogram } from './axis-histogram.ts';

const dists: readonly (readonly [string, Distribution])[] = [
  ['float', float(0, 1)],
  ['int', int(0, 30)],
  ['log int', int(1, 90, { log: true })],
  ['choice', categorical(['a', 'b', 'c'])],
];

/** Number of bins of a smooth axis. */
const bins = 512;

/** Density of a single kernel, computed without bins. */
function kernel(axis: Axis, own: number, code: number, sigma: number, share: number): number {
  if (axis.kind === 'choices') return ((own === code ? 1 : 0) + share) / (1 + axis.cells * share);
  const position = positionOf(axis, own);
  if (axis.kind !== 'smooth') return Math.exp(logCellMass(axis, code, position, sigma) - logUnitMass(position, sigma));
  return Math.exp(-(((code - own) / sigma) ** 2) / 2 - logUnitMass(own, sigma)) / (sigma * Math.sqrt(2 * Math.PI));
}

it.each(dists)('equals the sum over all trials: %s', (_, dist) => {
  const axis = makeAxis(dist) as Axis;
  const value = dist.kind === 'float' ? fc.double({ min: 0, max: 1, noNaN: true }) : fc.integer({ min: 1, max: 2 });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 60 }), value, fc.constantFrom(0.01, 0.03, 0.3), (values, x, sigma) => {
      const histogram = new AxisHistogram(axis);
      values.forEach((v, age) => {
        histogram.add(age, encode(axis, v));
      });
      const [base, slope] = [0.25, 0.01];
      const weights = histogram.weights(base, slope);
      const code = encode(axis, x);
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      const density = new Float64Array(1);
      histogram.densities(weights, total, sigma, values.length, 1, Float64Array.of(code), density);
      // A value on a smooth axis is moved to the middle of its bin.
      const position = (v: number): number => {
        const own = encode(axis, v);
        return axis.kind === 'smooth' ? (Math.min(Math.floor(own * bins), bins - 1) + 0.5) / bins : own;
      };
      const expected = values.reduce(
        (sum, v, age) => sum + (base + slope * age) * kernel(axis, position(v), code, sigma, 1 / (values.length + 1)),
        0,
      );
      // Kernels on a smooth axis are truncated at 6.5 bandwidths.
      const slack = axis.kind === 'smooth' ? 1e-7 * expected + 1e-7 / sigma : 1e-9 * expected + 1e-12;
      expect(Math.abs((density[0] as number) - expected)).toBeLessThan(slack);
    }),
  );
});
