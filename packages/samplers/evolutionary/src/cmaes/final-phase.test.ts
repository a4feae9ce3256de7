import { describe, expect, it } from 'vitest';
import { finalStep } from './final-phase.ts';

/** The step sizes of all trials of a study, by number. */
function steps(total: number): (number | null)[] {
  return Array.from({ length: total }, (_, number) => finalStep(number, total));
}

describe('the final phase', () => {
  it.each([
    [1, 0],
    [4, 0],
    [5, 1],
    [50, 10],
    [500, 100],
    [100_000, 100],
  ])('of %i trials covers the last %i', (total, length) => {
    const all = steps(total);
    expect(all.slice(0, total - length).every((step) => step === null)).toBe(true);
    const phase = all.slice(total - length) as number[];
    expect(phase.length).toBe(length);
    for (const [k, step] of phase.entries()) {
      expect(step).toBeGreaterThan(0.1);
      expect(step).toBeLessThanOrEqual(k === 0 ? 0.5 : (phase[k - 1] as number));
    }
    expect([finalStep(total, total), finalStep(total + 5, total)]).toEqual([null, null]);
  });
});
