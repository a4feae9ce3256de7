import { describe, expect, it } from 'vitest';
import { type Law, runLaws } from './law.ts';

const laws: readonly Law<number>[] = [
  { group: 'a', name: 'is even', run: (n) => expect(n % 2).toBe(0) },
  { group: 'a', name: 'is seven', exempt: () => 'never applies', run: () => expect.unreachable() },
];

describe('runLaws', () => {
  it('rejects skips of unknown laws, skips without a reason and laws with the same name', () => {
    expect(() => runLaws('n', laws, 2, [{ law: 'is odd', reason: 'it is not' }])).toThrow(
      /cannot skip the unknown law "is odd". Use one of:\nis even/,
    );
    expect(() => runLaws('n', laws, 2, [{ law: 'is even', reason: ' ' }])).toThrow(/Say why/);
    expect(() => runLaws('n', [...laws, ...laws], 2, [])).toThrow(/same name/);
  });
});

runLaws('a suite', laws, 2, []);
runLaws('a suite with a skip', laws, 3, [{ law: 'is even', reason: 'three is odd' }]);
