import { describe, expect, it } from 'vitest';
import * as asktell from './index.ts';
import { contains, createStudy, type Distribution, float, int, type Sampler } from './index.ts';

/** Ranges at the ends of what numbers can represent. */
const ranges: { readonly [name: string]: Distribution } = {
  'as wide as a number': float(-8.9e307, 8.9e307),
  'up to the largest number': float(0, 1.79e308),
  'log over 632 decades': float(5e-324, 1.79e308, { log: true }),
  'log of subnormal numbers': float(5e-324, 1e-320, { log: true }),
  'two subnormal numbers': float(0, 5e-324),
  'two neighbours': float(1, 1 + 2 ** -52),
  'log of two neighbours': float(1, 1 + 2 ** -52, { log: true }),
  'subnormal steps': float(0, 5e-323, { step: 5e-324 }),
  'large steps': float(-8e307, 8e307, { step: 1e306 }),
  'more steps than can be counted': float(0, 1e300, { step: 1e-8 }),
  'as many steps as can be counted': float(0, 1, { step: 2 ** -53 }),
  'steps below the resolution': float(1e16, 1e16 + 100, { step: 0.5 }),
  'as many whole numbers as there are': int(0, 2 ** 53 - 1),
  'negative whole numbers': int(-(2 ** 53) + 1, 0),
  'the largest whole numbers': int(2 ** 53 - 11, 2 ** 53 - 1),
  'log of whole numbers': int(1, 2 ** 53 - 1, { log: true }),
  'log of large neighbours': float(1e300, 1e300 * (1 + 2 ** -52), { log: true }),
  'log of the largest whole numbers': int(2 ** 53 - 9, 2 ** 53 - 1, { log: true }),
  'log of large whole numbers': int(1e15, 8e15, { log: true }),
  'log of large and close whole numbers': int(8e15, 8e15 + 2e6, { log: true }),
  'one large step': int(0, 2 ** 53 - 1, { step: 2 ** 52 }),
  'many odd steps': int(-(2 ** 53) + 1, -1, { step: 7 }),
};

const samplers: readonly (new (options: object) => Sampler)[] = [
  asktell.RandomSampler,
  asktell.QmcSampler,
  asktell.TpeSampler,
  asktell.CmaEsSampler,
  asktell.GeneticSampler,
  asktell.DifferentialEvolutionSampler,
  asktell.NsgaIISampler,
  asktell.NsgaIIISampler,
];

describe.each(Object.entries(ranges))('a range of %s', (_, dist) => {
  it.each(samplers.map((make) => [make.name, make] as const))('gets members from %s', async (_name, make) => {
    const { low, high, log, step } = dist as Exclude<Distribution, { kind: 'categorical' }>;
    const options = { log, ...(step === null || (dist.kind === 'int' && step === 1) ? {} : { step }) };
    for (const space of [{ x: dist, y: float(0, 1) }, undefined]) {
      const study = await createStudy({ sampler: new make({}), seed: 1, ...(space === undefined ? {} : { space }) });
      await study.optimize(
        (trial) => {
          const suggest = () =>
            dist.kind === 'int'
              ? trial.suggestInt('x', low, high, options)
              : trial.suggestFloat('x', low, high, options);
          const x = space === undefined ? suggest() : (trial.params as { readonly x: number }).x;
          expect(contains(dist, x), String(x)).toBe(true);
          return Math.log(Math.abs(x - low) + 1e-300);
        },
        { trials: 30 },
      );
    }
  });
});
