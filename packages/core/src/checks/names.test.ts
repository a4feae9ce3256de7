import { refused } from '@asktell/testing';
import { expect, it } from 'vitest';
import { checkName } from './names.ts';

// Optuna's columns count code points, and no database takes half of a surrogate pair.
it('names have 512 characters, none of them half', async () => {
  expect(() => checkName('here', '😀'.repeat(512))).not.toThrow();
  for (const bad of ['', 7, '😀'.repeat(513), 'a\ud83d', '\udc00b']) {
    const error = await refused('invalid-argument', () => checkName('here', bad));
    expect(error.message).toContain('here: ');
  }
});
