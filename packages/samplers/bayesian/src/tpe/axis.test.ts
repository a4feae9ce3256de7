import { categorical, containsInternal, type Distribution, float, int } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Axis,
  edgeOf,
  encode,
  logCellMass,
  logPrior,
  logUnitMass,
  makeAxis,
  positionOf,
  valueAt,
} from './axis.ts';

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
  ['numbers as choices', categorical([64, 16, 256, 32, 128]), 'steps'],
  ['two numbers', categorical([0, 1]), 'choices'],
  ['numbers and words', categorical([1, 2, 'many']), 'choices'],
];

const of = (dist: Distribution): Axis => makeAxis(dist) as Axis;

describe('makeAxis', () => {
  it.each(dists)('has the expected kind: %s', (_, dist, kind) => {
    expect(of(dist).kind).toBe(kind);
  });

  it('takes choices that are numbers in ascending order, unless it must not', () => {
    const dist = categorical([64, 16, 256, 32, 128]);
    expect([0, 1, 2, 3, 4].map((choice) => encode(of(dist), choice))).toEqual([2, 0, 4, 1, 3]);
    expect([0.1, 0.3, 0.5, 0.7, 0.9].map((position) => valueAt(of(dist), position))).toEqual([1, 3, 0, 4, 2]);
    expect(makeAxis(dist, false)?.kind).toBe('choices');
  });

  it('is null for a single value', () => {
    expect([float(1, 1), int(4, 4), categorical(['x'])].map((dist) => makeAxis(dist))).toEqual([null, null, null]);
  });

  it.each(dists.filter(([, , kind]) => kind !== 'choices'))('maps every position to a member: %s', (_, dist) => {
    const axis = of(dist);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (position) => {
        const x = valueAt(axis, position);
        expect(containsInternal(dist, x)).toBe(true);
        const code = encode(axis, x);
        if (axis.kind === 'smooth') expect(Math.abs(code - position)).toBeLessThan(1e-9);
        else {
          expect(edgeOf(axis, code)).toBeLessThanOrEqual(position + 1e-9);
          expect(edgeOf(axis, code + 1)).toBeGreaterThanOrEqual(position - 1e-9);
          // The kernel of a value is centred in the cell of the value.
          expect(positionOf(axis, code)).toBeGreaterThan(edgeOf(axis, code));
          expect(positionOf(axis, code)).toBeLessThan(edgeOf(axis, code + 1));
        }
      }),
    );
  });

  it.each(dists.filter(([, , kind]) => kind !== 'smooth'))('has cell masses that sum to 1: %s', (_, dist) => {
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

  it('gives small values of a long logarithmic range one cell each', () => {
    const axis = of(int(3, 2_000_000, { log: true }));
    expect(axis.cells).toBeLessThanOrEqual(512);
    for (let x = 3; x < 250; x++) expect(encode(axis, x + 1)).toBe(encode(axis, x) + 1);
    expect(encode(axis, 2_000_000)).toBe(axis.cells - 1);
    for (let x = 1000; x < 2_000_000; x = Math.floor(x * 1.37))
      expect((axis.starts[encode(axis, x)] as number) <= x).toBe(true);
  });
});
