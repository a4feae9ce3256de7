import fc from 'fast-check';
import { expect, it } from 'vitest';
import { neighbourSigmas } from './bandwidth.ts';

/** The rule in the plainest words. */
function plainly(places: readonly number[], floor: number): number[] {
  const sorted = [...places].sort((a, b) => a - b);
  return places.map((place) => {
    const k = sorted.indexOf(place);
    const below = place - (sorted[k - 1] ?? 0);
    const above = (sorted[k + 1] ?? 1) - place;
    let sigma = Math.max(below, above);
    if (places.length > 1 && k === 0) sigma = above;
    if (places.length > 1 && k === places.length - 1) sigma = below;
    return Math.min(Math.max(sigma, floor), 1);
  });
}

it('takes the larger gap to a neighbour, the outermost looking inwards', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.uniqueArray(unit, { maxLength: 200, comparator: 'SameValueZero' }), unit, (places, floor) => {
      const out = new Float64Array(places.length);
      neighbourSigmas(Float64Array.from(places), floor, new Int32Array(places.length), out);
      expect(Array.from(out)).toEqual(plainly(places, floor));
    }),
  );
});
