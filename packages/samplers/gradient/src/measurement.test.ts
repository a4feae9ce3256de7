import { compileSpace, createStudy, type Direction, float, fromUnit, int, type Space, toUnit } from '@asktell/core';
import { PopulationSampler, runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Axes, type Measurement, stretch } from './measurement.ts';

const ranges = fc.record({
  low: fc.double({ min: 1e-6, max: 1e3, noNaN: true }),
  factor: fc.double({ min: 1.5, max: 1e6, noNaN: true }),
  log: fc.boolean(),
  u: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
});

/** Tells one trial with these params and measures it. */
async function measured(
  space: Space,
  params: { readonly [name: string]: number },
  gradient: { readonly [name: string]: number } | undefined,
  direction: Direction = 'minimize',
): Promise<Measurement | null> {
  const study = await createStudy({ sampler: new PopulationSampler(), space, direction });
  await study.enqueue(params);
  await study.tell((await study.ask()) as never, 3, gradient === undefined ? {} : { gradient });
  return new Axes(compileSpace(space).compiled).measure(0, study.history);
}

describe('stretch', () => {
  it('is the derivative of fromUnit', () => {
    fc.assert(
      fc.property(ranges, ({ low, factor, log, u }) => {
        const dist = float(low, low * factor, { log });
        const h = 1e-6;
        const slope = (fromUnit(dist, u + h) - fromUnit(dist, u - h)) / (2 * h);
        const exact = stretch(dist, fromUnit(dist, u));
        expect(Math.abs(slope / exact - 1)).toBeLessThan(1e-4);
      }),
      { numRuns: runs(100) },
    );
  });

  it('is the distance of two stepped values divided by that of their positions', () => {
    const dist = float(0, 2, { step: 0.25 });
    expect(stretch(dist, 1)).toBeCloseTo((1.25 - 1) / (toUnit(dist, 1.25) - toUnit(dist, 1)), 12);
  });
});

describe('a measurement', () => {
  const space = { lr: float(1e-4, 1, { log: true }), x: float(-1, 3), layers: int(1, 5) };
  const params = { lr: 1e-2, x: 2, layers: 3 };

  it('has positions and derivatives on the internal scale', async () => {
    const point = await measured(space, params, { lr: 2, x: -0.5, layers: 7 });
    expect(Array.from(point?.u ?? [])).toEqual([0.5, 0.75].map((u) => expect.closeTo(u, 12)));
    expect(Array.from(point?.g ?? [])).toEqual([2 * 1e-2 * Math.log(1e4), -2].map((g) => expect.closeTo(g, 12)));
    expect([point?.loss, point?.error]).toEqual([3, 0]);
  });

  it('is negated for maximize', async () => {
    const point = await measured(space, params, { x: -0.5 }, 'maximize');
    expect([point?.loss, point?.g[1]]).toEqual([-3, 2]);
    expect(point?.g[0]).toBeNaN();
  });

  it('needs a derivative by a float', async () => {
    expect(await measured(space, params, undefined)).toBeNull();
    expect(await measured(space, params, { layers: 1 })).toBeNull();
    expect(await measured(space, params, {})).toBeNull();
  });
});
