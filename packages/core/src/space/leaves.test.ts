import { arbitrarySpace } from '@asktell/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { categorical, float, int } from '../distribution/validate.ts';
import { group } from './builders.ts';
import { compileSpace } from './compile.ts';
import type { Space } from './infer.ts';
import { compileLeaves } from './leaves.ts';
import { where } from './where.ts';

it('leaves to the whole compiler what is more than parameters', () => {
  const x = float(0, 1);
  expect(compileLeaves({ x, n: int(0, 9), c: categorical(['a', null]) })).not.toBeNull();
  expect(compileLeaves({})).not.toBeNull();
  for (const other of [
    { g: group({ x }) },
    where({ x }, 'x < 0.5'),
    { type: x },
    { '': x },
    { ['__proto__']: x },
    { [`x${'x'.repeat(512)}`]: x },
    { x: { ...x, low: 2 } },
    { x: 5 },
    x,
    [x],
    null,
    5,
  ])
    expect(compileLeaves(other as Space)).toBeNull();
});

it('makes of a space what the whole compiler makes of it as the fields of a space with conditions', () => {
  fc.assert(
    fc.property(arbitrarySpace(), (space) => {
      const plain = compileLeaves(space as Space);
      if (plain === null) return;
      const whole = compileSpace({ kind: 'where', fields: plain.fields, conditions: [] });
      expect(plain).toEqual(whole);
    }),
  );
});
