import { describe, expect, it } from 'vitest';
import { restorePruner, restoreSampler } from './built-in.ts';

describe.each([
  ['restoreSampler', restoreSampler, 'qmc', 'unknown-sampler'],
  ['restorePruner', restorePruner, 'patient', 'unknown-pruner'],
] as const)('%s', (name, restore, known, unknown) => {
  it('restores a part from its name and options', () => {
    const options = name === 'restorePruner' ? { base: null, patience: 3 } : {};
    expect(restore({ name: known, version: 1, options }).name).toBe(known);
  });

  it('names what it cannot restore', () => {
    expect(() => restore({ name: 'oracle', version: 1, options: {} })).toThrow(
      expect.objectContaining({ code: unknown }),
    );
    for (const other of [undefined, null, 'tpe'])
      expect(() => restore(other as never)).toThrow(`${name}: give an object such as { name, version, options }`);
  });
});
