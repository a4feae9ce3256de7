import { arbitrarySpace, finiteSpace } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cardinality, nthInternal } from '../distribution/convert.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { oneOf } from '../space/builders.ts';
import { compileSpace } from '../space/compile.ts';
import { type CompiledSpace, isActive, type ParamSpec } from '../space/compiled-space.ts';
import { FinitePoints, indexOfInternal } from './finite-points.ts';

/** All points by brute force. */
function allPoints(space: CompiledSpace, fixed: Float64Array): string[] {
  const found: string[] = [];
  const x = new Float64Array(space.params.length);
  const visit = (i: number): void => {
    if (i === x.length) {
      found.push(x.join());
      return;
    }
    x[i] = Number.NaN;
    if (!isActive(space, i, x)) {
      visit(i + 1);
      return;
    }
    const { dist } = space.params[i] as ParamSpec;
    for (let k = 0; k < cardinality(dist); k++) {
      x[i] = nthInternal(dist, k);
      if (Number.isNaN(fixed[i]) || fixed[i] === x[i]) visit(i + 1);
    }
  };
  visit(0);
  return found;
}

describe('FinitePoints', () => {
  it('numbers every point that agrees with the fixed values once', () => {
    fc.assert(
      fc.property(
        arbitrarySpace({ finite: true, constraints: false }),
        fc.array(fc.option(fc.nat(3)), { minLength: 12, maxLength: 12 }),
        (space, keep) => {
          const { compiled } = compileSpace(space);
          const fixed = Float64Array.from(compiled.params, ({ dist }, i) => {
            const k = keep[i % 12] ?? null;
            return k === null || i % 2 === 0 ? Number.NaN : nthInternal(dist, k % cardinality(dist));
          });
          for (const given of [fixed, new Float64Array(fixed.length).fill(Number.NaN)]) {
            const points = new FinitePoints(compiled, given);
            fc.pre(points.total <= 3000);
            const expected = allPoints(compiled, given);
            expect(points.total).toBe(expected.length);
            const listed = Array.from({ length: points.total }, (_, cell) => points.point(cell));
            expect(listed.map((x) => x.join()).sort()).toEqual(expected.sort());
            expect(listed.map((x) => points.cell(x))).toEqual(listed.map((_, cell) => cell));
          }
        },
      ),
    );
  });

  it('counts a conditional space by its branches', () => {
    expect(new FinitePoints(compileSpace(finiteSpace).compiled).total).toBe(96);
  });

  it('accepts a stepped value with a rounding error', () => {
    const { compiled } = compileSpace({ x: float(0, 1, { step: 0.1 }) });
    const points = new FinitePoints(compiled);
    expect(points.cell([0.1 + 0.2])).toBe(3);
    expect(points.cell([0.35])).toBe(-1);
    expect(points.cell([1.1])).toBe(-1);
  });

  it.each([
    ['a continuous range', { x: float(0, 1), y: int(1, 2) }, Number.POSITIVE_INFINITY, false],
    ['a continuous range in a branch', { m: oneOf({ a: {}, b: { x: float(0, 1) } }) }, Number.POSITIVE_INFINITY, false],
    ['a range of 2^60 points', { x: int(1, 2 ** 30), y: int(1, 2 ** 30) }, 2 ** 60, false],
    ['a range of 2^52 points', { x: int(1, 2 ** 50), y: categorical(['a', 'b', 'c', 'd']) }, 2 ** 52, true],
    ['a single value', { x: float(3, 3) }, 1, true],
    ['no parameters', {}, 1, true],
  ])('%s', (_, space, total, isCountable) => {
    const points = new FinitePoints(compileSpace(space).compiled);
    expect([points.total, points.isCountable]).toEqual([total, isCountable]);
    if (!isCountable) return;
    for (const cell of [0, total - 1, Math.floor(total / 3)]) expect(points.cell(points.point(cell))).toBe(cell);
  });
});

it('indexOfInternal is the inverse of nthInternal', () => {
  for (const dist of [
    categorical(['a', 'b']),
    int(-3, 12, { step: 3 }),
    int(1, 64, { log: true }),
    float(-1, 1, { step: 0.1 }),
    float(2, 2),
  ]) {
    for (let k = 0; k < cardinality(dist); k++) expect(indexOfInternal(dist, nthInternal(dist, k))).toBe(k);
  }
  expect(indexOfInternal(float(0, 1), 0.5)).toBe(-1);
  expect(indexOfInternal(int(0, 4, { step: 2 }), 1)).toBe(-1);
});
