import fc from 'fast-check';
import { expect, it } from 'vitest';
import { neighbourSigmas } from './bandwidth.ts';

/** Direct implementation of the rule. */
function reference(positions: readonly number[], floor: number): number[] {
  const sorted = [...positions].sort((a, b) => a - b);
  return positions.map((position) => {
    const k = sorted.indexOf(position);
    const below = position - (sorted[k - 1] ?? 0);
    const above = (sorted[k + 1] ?? 1) - position;
    let sigma = Math.max(below, above);
    if (positions.length > 1 && k === 0) sigma = above;
    if (positions.length > 1 && k === positions.length - 1) sigma = below;
    return Math.min(Math.max(sigma, floor), 1);
  });
}

it('is the larger gap to a neighbour, and the inner gap for the outermost observations', () => {
  const unit = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.uniqueArray(unit, { maxLength: 200, comparator: 'SameValueZero' }), unit, (positions, floor) => {
      const out = new Float64Array(positions.length);
      neighbourSigmas(Float64Array.from(positions), floor, new Int32Array(positions.length), out);
      expect(Array.from(out)).toEqual(reference(positions, floor));
    }),
  );
});
