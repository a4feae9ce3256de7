import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInReach, margin, project, toRaw, toValue } from './bounds.ts';

describe('bounds', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });

  it('map raw coordinates to [0, 1]: linear inside, turning points at the bounds, mirrored beyond', () => {
    fc.assert(
      fc.property(unit, fc.double({ min: 0, max: 2 * margin, noNaN: true }), (value, beyond) => {
        const raw = toRaw(value);
        expect(raw).toBeGreaterThanOrEqual(-margin);
        expect(raw).toBeLessThanOrEqual(1 + margin);
        expect(toValue(raw)).toBeCloseTo(value, 14);
        if (value >= margin && value <= 1 - margin) expect(raw).toBeCloseTo(value, 15);
        expect(toValue(1 - raw)).toBeCloseTo(1 - value, 12);
        expect(toValue(-margin - beyond)).toBeCloseTo(toValue(-margin + beyond), 14);
        expect(toValue(1 + margin + beyond)).toBeCloseTo(toValue(1 + margin - beyond), 12);
      }),
    );
    expect([-9, -margin, 0.5, 1 + margin, 9].map(toValue)).toEqual([margin, 0, 0.5, 1, 1 - margin]);
    expect([0, 1].map(toRaw)).toEqual([-margin, 1 + margin]);
    // Value and slope are continuous at the start of the parabola.
    const h = 1e-6;
    for (const raw of [margin, 1 - margin]) expect((toValue(raw + h) - toValue(raw - h)) / (2 * h)).toBeCloseTo(1, 4);
    expect((toValue(-margin + h) - toValue(-margin)) / h).toBeCloseTo(0, 4);
  });

  it('project only coordinates out of reach', () => {
    const vectors = fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(vectors, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (numbers, flags) => {
        const raw = Float64Array.from(numbers);
        const bounded = Uint8Array.from(numbers, (_, i) => (flags[i] ? 1 : 0));
        const inReach = (v: number): boolean => v >= -3 * margin && v <= 1 + 3 * margin;
        expect(isInReach(raw, bounded)).toBe(numbers.every((v, i) => !flags[i] || inReach(v)));
        project(raw, bounded);
        expect(isInReach(raw, bounded)).toBe(true);
        for (const [i, v] of numbers.entries())
          expect(raw[i]).toBe(!flags[i] || inReach(v) ? v : v < 0 ? -margin : 1 + margin);
      }),
    );
    expect(isInReach(Float64Array.of(Number.NaN), Uint8Array.of(1))).toBe(false);
  });
});
