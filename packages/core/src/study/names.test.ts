import { refused } from '@asktell/testing';
import { expect, it } from 'vitest';
import { checkKey } from './checks.ts';
import { checkName } from './param-registry.ts';

// Optuna's columns count code points, and no database takes half of a surrogate pair.
it.each([
  ['parameters', (name: unknown) => checkName(name)],
  ['attributes', (name: unknown) => checkKey('setUserAttr', name)],
] as const)('names of %s: 512 characters, none of them half', async (_, check) => {
  expect(() => check('😀'.repeat(512))).not.toThrow();
  for (const bad of ['', 7, '😀'.repeat(513), 'a\ud83d', '\udc00b']) {
    await refused('invalid-argument', () => check(bad));
  }
});
