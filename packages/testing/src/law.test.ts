import { describe, expect, it } from 'vitest';
import { type Law, runLaws } from './law.ts';

const laws: readonly Law<number>[] = [
  { group: 'a', name: 'is even', run: (n) => expect(n % 2).toBe(0) },
  { group: 'a', name: 'is seven', exempt: () => 'no number for this', run: () => expect.unreachable() },
];

describe('runLaws', () => {
  it('refuses skips that name no law or give no reason', () => {
    expect(() => runLaws('n', laws, 2, [{ law: 'is odd', reason: 'it is not' }])).toThrow(
      /there is no law "is odd" to skip; there are:\nis even/,
    );
    expect(() => runLaws('n', laws, 2, [{ law: 'is even', reason: ' ' }])).toThrow(/say why/);
    expect(() => runLaws('n', [...laws, ...laws], 2, [])).toThrow(/same name/);
  });
});

runLaws('a suite', laws, 2, []);
runLaws('a suite with a skip', laws, 3, [{ law: 'is even', reason: 'three is odd' }]);
