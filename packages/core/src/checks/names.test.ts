import { refused } from '@asktell/testing';
import { expect, it } from 'vitest';
import { checkName } from './names.ts';

// Optuna's columns count code points, and databases refuse lone surrogates.
it('names have at most 512 characters and no lone surrogate', async () => {
  expect(() => checkName('here', '😀'.repeat(512))).not.toThrow();
  for (const bad of ['', 7, '😀'.repeat(513), 'a\ud83d', '\udc00b']) {
    const error = await refused('invalid-argument', () => checkName('here', bad));
    expect(error.message).toContain('here: ');
  }
});
