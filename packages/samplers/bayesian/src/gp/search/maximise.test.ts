import { categorical, compileSpace, float, int, rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { Acquisition } from '../acquisition/acquisition.ts';
import { Encoding } from '../space/encoding.ts';
import { atOnce } from '../steps.ts';
import type { Domain } from './domain.ts';
import { boxAround } from './domain.ts';
import { maximise } from './maximise.ts';

const encoding = new Encoding(
  compileSpace({ x: float(0, 1), n: int(0, 99), k: int(0, 4), c: categorical(['a', 'b', 'c', 'd']) }).compiled,
);
const whole: Domain = {
  encoding,
  lower: new Float64Array(4),
  upper: new Float64Array(4).fill(1),
  choices: new Int32Array(4).fill(-1),
  accepts: null,
  isTaken: () => false,
};
const effort = { spread: 64, near: 32, climbs: 3 };

/** A bowl with its maximum 0 at x = 0.3, n = 70, k = 3, c = 'c'. */
const bowl: Acquisition = {
  operations: 1,
  values(points, count, out) {
    for (let i = 0; i < count; i++) out[i] = bowl.evaluate(points.subarray(4 * i, 4 * i + 4), new Float64Array(3));
  },
  evaluate(point, gradient) {
    let value = point[3] === 2 ? 0 : -1;
    [0.3, 0.705, 0.7].forEach((middle, j) => {
      const away = (point[j] as number) - middle;
      value -= 50 * away * away;
      gradient[j] = -100 * away;
    });
    return value;
  },
};

const best = (domain: Domain) =>
  atOnce(maximise(bowl, domain, [Float64Array.of(0.5, 0.505, 0.5, 0)], effort, rngFor(1, 0, 'a')))[0];

describe('maximise', () => {
  it('finds the maximum on mixed axes', () => {
    expect([...(best(whole)?.design ?? [])].map((u) => Number(u.toFixed(4)))).toEqual([0.3, 0.705, 0.7, 2]);
  });

  it('keeps settled values', () => {
    const settled = { ...whole, lower: Float64Array.of(0, 0, 0.1, 0), upper: Float64Array.of(1, 1, 0.1, 1) };
    const found = best({ ...settled, choices: Int32Array.of(-1, -1, -1, 1) });
    expect([...(found?.design ?? [])].map((u) => Number(u.toFixed(4)))).toEqual([0.3, 0.705, 0.1, 1]);
  });

  it('stays where designs are accepted, up to the border', () => {
    const found = best({ ...whole, accepts: (design, start) => (design[start] as number) >= 0.4 });
    expect(found?.design[0]).toBeGreaterThanOrEqual(0.4);
    expect(found?.design[0]).toBeLessThan(0.41);
  });

  it('does not return points that were tried', () => {
    const found = best({ ...whole, isTaken: (columns, start) => columns[start + 3] === 2 });
    expect(found?.design[3]).not.toBe(2);
    expect(best({ ...whole, isTaken: () => true })).toBeUndefined();
  });

  it('stays in a box, which on grids includes the next cells', () => {
    const box = boxAround(whole, Float64Array.of(0.5, 0.505, 0.5, 0), new Float64Array(4).fill(0.001));
    const found = best(box);
    expect(found?.design[0]).toBeCloseTo(0.499, 9);
    expect(found?.design[1]).toBeCloseTo(0.525, 9);
    expect(found?.design[2]).toBeCloseTo(0.7, 9);
  });
});
