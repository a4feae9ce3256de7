import { categorical, containsInternal, type Distribution, float, int } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, edgeOf, encode, logCellMass, logPrior, logUnitMass, makeAxis, placeOf, valueAt } from './axis.ts';

const dists: readonly (readonly [string, Distribution, Axis['kind']])[] = [
  ['float', float(-3, 5), 'smooth'],
  ['log float', float(1e-300, 1e300, { log: true }), 'smooth'],
  ['stepped float', float(-1, 1, { step: 0.1 }), 'steps'],
  ['int', int(-5, 20), 'steps'],
  ['int with a step', int(0, 300, { step: 3 }), 'steps'],
  ['big int', int(1 - 2 ** 52, 2 ** 52), 'smooth'],
  ['log int', int(1, 40, { log: true }), 'log-steps'],
  ['long log int', int(3, 2_000_000, { log: true }), 'log-steps'],
  ['choice', categorical(['a', 'b', 'c']), 'choices'],
];

const of = (dist: Distribution): Axis => makeAxis(dist) as Axis;

describe('an axis', () => {
  it.each(dists)('of a %s is of its kind', (_, dist, kind) => {
    expect(of(dist).kind).toBe(kind);
  });

  it('is not needed for a single value', () => {
    expect([float(1, 1), int(4, 4), categorical(['x'])].map(makeAxis)).toEqual([null, null, null]);
  });

  it.each(dists.filter(([, , kind]) => kind !== 'choices'))('has members of a %s everywhere', (_, dist) => {
    const axis = of(dist);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (place) => {
        const x = valueAt(axis, place);
        expect(containsInternal(dist, x)).toBe(true);
        const code = encode(axis, x);
        if (axis.kind === 'smooth') expect(Math.abs(code - place)).toBeLessThan(1e-9);
        else {
          expect(edgeOf(axis, code)).toBeLessThanOrEqual(place + 1e-9);
          expect(edgeOf(axis, code + 1)).toBeGreaterThanOrEqual(place - 1e-9);
          // The kernel of a value sits in the value's own cell.
          expect(placeOf(axis, code)).toBeGreaterThan(edgeOf(axis, code));
          expect(placeOf(axis, code)).toBeLessThan(edgeOf(axis, code + 1));
        }
      }),
    );
  });

  it.each(dists.filter(([, , kind]) => kind !== 'smooth'))('shares the mass of a %s among its cells', (_, dist) => {
    const axis = of(dist);
    let prior = 0;
    let kernel = 0;
    for (let cell = 0; cell < axis.cells; cell++) {
      prior += Math.exp(logPrior(axis, cell));
      if (axis.kind !== 'choices') kernel += Math.exp(logCellMass(axis, cell, 0.3, 0.05) - logUnitMass(0.3, 0.05));
    }
    expect(prior).toBeCloseTo(1, 10);
    if (axis.kind !== 'choices') expect(kernel).toBeCloseTo(1, 10);
  });

  it('gives every value of a long logarithmic range a cell, the small ones one each', () => {
    const axis = of(int(3, 2_000_000, { log: true }));
    expect(axis.cells).toBeLessThanOrEqual(512);
    for (let x = 3; x < 250; x++) expect(encode(axis, x + 1)).toBe(encode(axis, x) + 1);
    expect(encode(axis, 2_000_000)).toBe(axis.cells - 1);
    for (let x = 1000; x < 2_000_000; x = Math.floor(x * 1.37))
      expect((axis.starts[encode(axis, x)] as number) <= x).toBe(true);
  });
});
