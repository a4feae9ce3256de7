import { rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { SpreadPoints } from './spread-points.ts';

describe('SpreadPoints', () => {
  it('draws standard normal and uniform numbers, more evenly than independent draws', () => {
    const points = new SpreadPoints(3, 7);
    const none = rngFor(0, 0, 'none');
    const counts = new Int32Array(16);
    let sum = 0;
    let squares = 0;
    for (let k = 0; k < 4096; k++) {
      const draws = points.draws(k, none);
      const [a, b, u] = [draws.normal(), draws.normal(), draws.float()];
      sum += a + b;
      squares += a * a + b * b;
      counts[Math.floor(u * 16)] = (counts[Math.floor(u * 16)] as number) + 1;
    }
    // Independent draws would be off by about 0.01 and 0.016.
    expect(Math.abs(sum / 8192)).toBeLessThan(1e-3);
    expect(Math.abs(squares / 8192 - 1)).toBeLessThan(5e-3);
    expect([...counts]).toEqual(Array(16).fill(256));
  });

  it('depends only on seed and number, and falls back to the other source beyond its dimensions', () => {
    const read = (points: SpreadPoints, k: number): number[] => {
      const draws = points.draws(k, rngFor(1, k, 'rest'));
      return [draws.normal(), draws.float(), draws.normal()];
    };
    const one = new SpreadPoints(2, 5);
    const later = read(one, 9);
    read(one, 3);
    expect(read(new SpreadPoints(2, 5), 9)).toEqual(later);
    expect(read(new SpreadPoints(2, 6), 9).slice(0, 2)).not.toEqual(later.slice(0, 2));
    expect(later[2], 'the third number is the first of the other source').toBe(rngFor(1, 9, 'rest').normal());
    expect(read(new SpreadPoints(0, 5), 0)[0]).toBe(rngFor(1, 0, 'rest').normal());
    const many = new SpreadPoints(5000, 2 ** 53 - 1).draws(2 ** 32 - 1, rngFor(1, 0, 'rest'));
    for (let i = 0; i < 5000; i++) expect(Number.isFinite(many.normal())).toBe(true);
  });
});
