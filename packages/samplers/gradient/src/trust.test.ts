import { runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreement, trustAfter } from './trust.ts';

/** A quadratic a + b t + c t² between t = 0 and t = 1. */
const quadratics = fc.record({
  a: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  b: fc.double({ min: -10, max: 10, noNaN: true }),
  c: fc.double({ min: -10, max: 10, noNaN: true }),
});
const evidence = ({ a, b, c }: { readonly a: number; readonly b: number; readonly c: number }) => ({
  lossBefore: a,
  lossAfter: a + b + c,
  slopeBefore: b,
  slopeAfter: b + 2 * c,
  error: 0,
});

describe('agreement', () => {
  it('is 1 for the gradients of a quadratic, and 0 for their opposites and for zeros', () => {
    fc.assert(
      fc.property(quadratics, (quadratic) => {
        fc.pre(Math.abs(quadratic.b + quadratic.c) > 1e-3);
        const exact = evidence(quadratic);
        expect(agreement(exact)).toBeCloseTo(1, 6);
        const { slopeBefore, slopeAfter } = exact;
        expect(agreement({ ...exact, slopeBefore: -slopeBefore, slopeAfter: -slopeAfter })).toBeCloseTo(0, 6);
        expect(agreement({ ...exact, slopeBefore: 0, slopeAfter: 0 })).toBe(0);
      }),
      { numRuns: runs(100) },
    );
  });

  it('falls with the factor by which the gradients are wrong', () => {
    const exact = evidence({ a: 0, b: -2, c: 0.5 });
    const scaled = [1, 2, 4, 16].map((factor) =>
      agreement({ ...exact, slopeBefore: factor * exact.slopeBefore, slopeAfter: factor * exact.slopeAfter }),
    );
    expect(scaled).toEqual([1, 2 / 3, 2 / 5, 2 / 17].map((value) => expect.closeTo(value, 12)));
  });

  it('is NaN if the change is within the errors, or is rounding error', () => {
    const exact = evidence({ a: 1, b: -0.1, c: 0 });
    expect(agreement({ ...exact, error: 0.2 })).toBeNaN();
    expect(agreement(evidence({ a: 1, b: -1e-14, c: 0 }))).toBeNaN();
  });
});

describe('trust', () => {
  it('moves half of the way to each agreement, and ignores NaN', () => {
    expect(trustAfter(0.7, 0)).toBe(0.35);
    expect(trustAfter(0.5, 1)).toBe(0.75);
    expect(trustAfter(0.4, Number.NaN)).toBe(0.4);
  });
});
