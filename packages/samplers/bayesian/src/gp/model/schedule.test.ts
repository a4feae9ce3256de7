import { expect, it } from 'vitest';
import { fitsUpTo, isCold } from './schedule.ts';

it('schedules a fit per observation at first, and then one per tenth more', () => {
  const counts = new Set<number>();
  for (let n = 1; n <= 400; n++) counts.add(fitsUpTo(n).at(-1)?.count as number);
  expect([...counts].slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect([...counts].slice(20, 30)).toEqual([22, 24, 26, 28, 30, 33, 36, 39, 42, 46]);
  const last = [...counts].slice(-4);
  expect(last.slice(1).map((count, i) => count - (last[i] as number))).toEqual([25, 25, 25]);
});

it('needs at most ten fits to reach any number of observations', () => {
  for (let n = 1; n <= 3_000; n += 7) {
    const fits = fitsUpTo(n);
    expect(fits.length).toBeLessThanOrEqual(10);
    expect(isCold(fits[0] as { index: number; count: number })).toBe(true);
    expect(fits.slice(1).some(isCold)).toBe(false);
    expect(fits.at(-1)?.count).toBeLessThanOrEqual(n);
  }
});
