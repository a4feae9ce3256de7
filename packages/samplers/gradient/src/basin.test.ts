import { describe, expect, it } from 'vitest';
import { leadsTo } from './basin.ts';

/** Points of a function of one position. */
function pointOf(f: (u: number) => number, slope: (u: number) => number): (u: number) => Parameters<typeof leadsTo>[0] {
  return (u) => ({ row: 0, u: Float64Array.of(u), g: Float64Array.of(slope(u)), loss: f(u), error: 0 });
}

describe('leadsTo', () => {
  const bowl = pointOf(
    (u) => (u - 0.3) ** 2,
    (u) => 2 * (u - 0.3),
  );
  // Two valleys, at 0.2 and 0.8. The second one is lower.
  const valleys = pointOf(
    (u) => 40 * (u - 0.2) ** 2 * (u - 0.8) ** 2 - 0.1 * u,
    (u) => 80 * (u - 0.2) * (u - 0.8) * (2 * u - 1) - 0.1,
  );

  it('is true where the function falls all the way', () => {
    expect(leadsTo(bowl(0.9), bowl(0.3))).toBe(true);
    expect(leadsTo(bowl(0.9), bowl(0.5))).toBe(true);
    expect(leadsTo(valleys(0.6), valleys(0.8))).toBe(true);
  });

  it('is false towards a higher point, and across a hill', () => {
    expect(leadsTo(bowl(0.3), bowl(0.9))).toBe(false);
    expect(leadsTo(valleys(0.3), valleys(0.8))).toBe(false);
  });

  it('is false past the minimum', () => {
    expect(leadsTo(bowl(0.9), bowl(0.05))).toBe(false);
  });

  it('takes an unknown derivative for 0', () => {
    const unknown = { ...bowl(0.9), g: Float64Array.of(Number.NaN) };
    expect(leadsTo(unknown, bowl(0.3))).toBe(true);
  });
});
