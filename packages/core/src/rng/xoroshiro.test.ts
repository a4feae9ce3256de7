import fc from 'fast-check';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { expect, it } from 'vitest';
import { Xoroshiro128Plus } from './xoroshiro.ts';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

it('equals pure-rand bit for bit', () => {
  fc.assert(
    fc.property(word, word, word, word, fc.integer({ min: 1, max: 50 }), (a, b, c, d, count) => {
      const ours = new Xoroshiro128Plus(a, b, c, d);
      const theirs = xoroshiro128plusFromState([a, b, c, d]);
      for (let i = 0; i < count; i++) expect(ours.float()).toBe(uniformFloat64(theirs));
      expect(ours.state()).toEqual(theirs.getState());
    }),
  );
});
