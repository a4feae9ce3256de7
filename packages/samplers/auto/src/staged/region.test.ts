import {
  categorical,
  contains,
  createStudy,
  type Distribution,
  drawInternal,
  float,
  int,
  rngFor,
  type TrialHistory,
  toExternal,
  toInternal,
} from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';
import { runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubled, movedTo, narrowed, narrowedValue, type Region, regionAround, widened } from './region.ts';

const options = { quantile: 0.25, margin: 0.25, outside: 0 };

/** A history of complete trials with one parameter, whose values are their positions in the list. */
async function historyOf(dist: Distribution, xs: readonly number[]): Promise<TrialHistory> {
  const study = await createStudy({ sampler: new RandomSampler() });
  for (const [i, x] of xs.entries())
    await study.addTrial({ params: { x: toExternal(dist, x) }, distributions: { x: dist }, value: i });
  await study.trials(); // refreshes the history
  return study.history;
}

async function regionOf(
  dist: Distribution,
  xs: readonly number[],
  given: Partial<typeof options> = {},
  previous: Region | null = null,
): Promise<Region> {
  const rows = [...xs.keys()];
  return regionAround(await historyOf(dist, xs), rows, rows, { ...options, ...given }, previous);
}

function boundsOf(region: Region): readonly [number, number] {
  const side = region.sides.get('x');
  if (side === undefined) throw new Error('x is narrowed');
  const dist = narrowed(side);
  if (dist.kind === 'categorical') throw new Error('x is a number');
  return [dist.low, dist.high];
}

describe('regionAround', () => {
  it('surrounds the best quarter with a margin, on the logarithm for log ranges', async () => {
    const [low, high] = boundsOf(await regionOf(float(0, 10), [4, 6, 1, 9, 2, 8, 3, 7]));
    expect(low).toBeCloseTo(3.5, 10);
    expect(high).toBeCloseTo(6.5, 10);
    const log = float(1e-4, 1, { log: true });
    const logs = boundsOf(await regionOf(log, [1e-3, 1e-2, 1, 1, 1, 1, 1, 1]));
    expect(logs[0]).toBeCloseTo(10 ** -3.25, 10);
    expect(logs[1]).toBeCloseTo(10 ** -1.75, 10);
    expect(boundsOf(await regionOf(int(1, 100), [40, 60, 1, 1, 1, 1, 1, 1]))).toEqual([35, 65]);
  });

  it('has a minimum size, a fifth of the side before, and stays in the range', async () => {
    expect(boundsOf(await regionOf(float(0, 8), [4, 4, 1, 7])).map((bound) => bound.toFixed(9))).toEqual([
      '3.200000000',
      '4.800000000',
    ]);
    const corner = await regionOf(float(0, 10), [0, 0.1, 9, 9, 9, 9, 9, 9]);
    expect(boundsOf(corner)).toEqual([0, 2]);
    const [low, high] = boundsOf(await regionOf(float(0, 10), [0.5, 0.5], {}, corner));
    expect(high - low).toBeCloseTo(0.4, 10);
  });

  it('keeps choices of the best trials, and choices that fewer than three trials have tried', async () => {
    const kind = categorical(['a', 'b', 'c', 'd']);
    const region = await regionOf(kind, [1, 1, 0, 0, 0, 2, 2]);
    expect(region.sides.get('x')).toMatchObject({ kept: [1, 2, 3] });
    expect(narrowed(region.sides.get('x') as never)).toEqual(categorical(['b', 'c', 'd']));
  });

  it('consists of values of the whole range, and converts them there and back', async () => {
    const dists = fc.constantFrom<Distribution>(
      float(-3, 7),
      float(1e-6, 1e3, { log: true }),
      float(0.1, 0.7, { step: 0.1 }),
      int(-4, 90, { step: 2 }),
      int(1, 1000, { log: true }),
      categorical(['a', 'b', 'c', 'd', 'e']),
    );
    await fc.assert(
      fc.asyncProperty(
        dists,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 }),
        fc.nat(),
        async (dist, units, seed) => {
          const rng = rngFor(seed, 0, 'values');
          const xs = units.map(() => drawInternal(dist, rng));
          const region = await regionOf(dist, xs, { quantile: 0.5 });
          const side = region.sides.get('x');
          if (side === undefined) throw new Error('x is narrowed');
          const part = narrowed(side);
          for (let k = 0; k < 10; k++) {
            const inside = drawInternal(part, rng);
            const x = widened(side, inside);
            expect(contains(dist, toExternal(dist, x))).toBe(true);
            expect(toInternal(part, toExternal(dist, x))).toBe(narrowedValue(side, x));
          }
          for (const x of xs.slice(0, 2)) expect(contains(part, toExternal(dist, x))).toBe(true);
        },
      ),
      { numRuns: runs(100) },
    );
  });
});

describe('movedTo', () => {
  it('moves a side until a trial outside, or at its edge, is in the middle', async () => {
    const history = await historyOf(float(0, 10), [4, 6, 9, 4.9, 3.6]);
    const rows = [0, 1];
    const region = regionAround(history, rows, rows, options, null); // 3.5 to 6.5
    expect(boundsOf(movedTo(history, 2, region) as Region)[0]).toBeCloseTo(7, 10);
    expect(movedTo(history, 3, region)).toBeNull();
    expect(boundsOf(movedTo(history, 4, region) as Region)[0]).toBeCloseTo(2.1, 10);
  });

  it('adds the choice of a trial', async () => {
    const history = await historyOf(categorical(['a', 'b']), [1, 1, 0, 0, 0]);
    const region = regionAround(history, [0, 1], [0, 1, 2, 3, 4], options, null);
    expect(region.sides.get('x')).toMatchObject({ kept: [1] });
    expect(movedTo(history, 2, region)?.sides.get('x')).toMatchObject({ kept: [0, 1] });
  });
});

describe('doubled', () => {
  it('doubles the sides up to the range and returns all choices, until the region is the whole space', async () => {
    const half = await regionOf(float(0, 8), [2, 4, 8, 8, 8, 8, 8, 8], { margin: 0 });
    expect(boundsOf(half)).toEqual([2, 4]);
    const twice = doubled(half) as Region;
    expect(boundsOf(twice)).toEqual([1, 5]);
    const whole = doubled(twice) as Region;
    expect(boundsOf(whole)).toEqual([0, 8]);
    expect(doubled(whole)).toBeNull();
    const kinds = await regionOf(categorical(['a', 'b']), [1, 1, 0, 0, 0, 0, 0, 0]);
    expect(kinds.sides.get('x')).toMatchObject({ kept: [1] });
    expect(doubled(kinds)?.sides.get('x')).toMatchObject({ kept: [0, 1] });
  });
});
