import { isAsktellError, type Sampler } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { NsgaIISampler } from './nsga-ii-sampler.ts';
import { NsgaIIISampler } from './nsga-iii-sampler.ts';
import type { NsgaIIIOptions, NsgaIIOptions } from './options.ts';

const both: readonly (readonly [string, (options?: NsgaIIOptions) => Sampler])[] = [
  ['NsgaIISampler', (options) => new NsgaIISampler(options)],
  ['NsgaIIISampler', (options) => new NsgaIIISampler(options)],
];

describe.each(both)('options of %s', (name, make) => {
  it('are recreated from the saved config', () => {
    const options = { populationSize: 7, crossover: 'sbx', mutation: 'gaussian', crossoverRate: 0.5, seed: 3 } as const;
    for (const sampler of [make(), make(options)]) {
      const { config, seed } = sampler;
      const again = make(JSON.parse(JSON.stringify(config.options)) as NsgaIIOptions);
      expect([again.config, again.seed]).toEqual([config, seed]);
    }
    expect(make().config.options).toEqual({
      populationSize: 50,
      crossover: { kind: 'uniform' },
      mutation: { kind: 'polynomial', eta: 10, rate: null },
      crossoverRate: 0.9,
    });
  });

  it.each([
    [{ populationSize: 1 }],
    [{ populationSize: 2.5 }],
    [{ populationSize: '50' }],
    [{ crossover: 'none' }],
    [{ mutation: { kind: 'polynomial', sigma: 1 } }],
    [{ crossoverRate: 1.1 }],
    [{ seed: -1 }],
    [{ selection: 'tournament' }],
    [null],
    [[]],
  ])('reject %j', (options) => {
    try {
      make(options as NsgaIIOptions);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument'), String(error)).toBe(true);
      expect((error as Error).message).toContain(name);
    }
  });
});

describe('NsgaIIISampler', () => {
  it('has the option divisions, unlike NsgaIISampler', () => {
    const sampler = new NsgaIIISampler({ divisions: 4 });
    expect(NsgaIIISampler.fromConfig(sampler.config.options).config).toEqual(sampler.config);
    expect(() => new NsgaIIISampler({ divisions: 0 })).toThrow('divisions must be a whole number, 1 or more, not 0');
    expect(() => new NsgaIISampler({ divisions: 4 } as NsgaIIIOptions)).toThrow('no option "divisions"');
  });
});
