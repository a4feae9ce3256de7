import {
  categorical,
  contains,
  createStudy,
  type Distribution,
  float,
  int,
  isAsktellError,
  oneOf,
  rngFor,
  type SampleContext,
} from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RandomOptions, RandomSampler } from './random-sampler.ts';

/** Contains only the stream that a random draw may read. Every other member is undefined and fails the test. */
function context(seed: number, number: number): SampleContext {
  const part: Pick<SampleContext, 'rng'> = { rng: (purpose) => rngFor(seed, number, purpose) };
  return part as SampleContext;
}

const distribution: fc.Arbitrary<Distribution> = fc.oneof(
  fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6)).map(([low, width]) => int(low, low + width)),
  fc.tuple(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6)).map(([low, width]) => int(low, low + width, { log: true })),
  fc
    .tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
    .map(([low, width]) => float(low, low + width)),
  fc
    .tuple(fc.double({ min: 1e-9, max: 1, noNaN: true }), fc.double({ min: 1, max: 1e9, noNaN: true }))
    .map(([low, high]) => float(low, high, { log: true })),
  fc
    .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 100 }))
    .map(([low, width]) => float(low, low + width, { step: 0.25 })),
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { minLength: 1 })
    .map((choices) => categorical(choices)),
);

const sampler = new RandomSampler();

describe('RandomSampler', () => {
  it('draws members of the distribution', () => {
    fc.assert(
      fc.property(distribution, fc.nat(), fc.nat(), (dist, seed, number) => {
        expect(contains(dist, sampler.sampleOne(undefined, context(seed, number), 'x', dist))).toBe(true);
      }),
    );
  });

  it('draws independently and reproducibly for each seed, trial and name', () => {
    const draw = (seed: number, number: number, name: string) =>
      sampler.sampleOne(undefined, context(seed, number), name, float(0, 1));
    const draws = [draw(1, 0, 'x'), draw(1, 0, 'y'), draw(1, 1, 'x'), draw(2, 0, 'x')];
    expect(new Set(draws).size).toBe(4);
    expect([draw(1, 0, 'x'), draw(1, 0, 'y'), draw(1, 1, 'x'), draw(2, 0, 'x')]).toEqual(draws);
  });

  it.each([
    ['linear', float(10, 20), (x: number) => (x - 10) / 10],
    ['logarithmic', float(1e-3, 1e3, { log: true }), (x: number) => (Math.log10(x) + 3) / 6],
    ['choices', categorical([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), (x: number) => (x + 0.5) / 10],
    ['steps', int(0, 90, { step: 10 }), (x: number) => (x + 5) / 100],
  ] as const)('is uniform: %s', (_, dist, unit) => {
    const n = 20_000;
    const tenths = new Array<number>(10).fill(0);
    for (let number = 0; number < n; number++) {
      const u = unit(sampler.sampleOne(undefined, context(7, number), 'x', dist) as number);
      const tenth = Math.min(9, Math.floor(u * 10));
      tenths[tenth] = (tenths[tenth] as number) + 1;
    }
    const chi2 = tenths.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0);
    expect(chi2).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001; the draws are fixed
  });

  it('keeps its own seed and is recreated from the saved config', () => {
    expect(new RandomSampler().config).toEqual({ version: 1, options: {} });
    expect('seed' in new RandomSampler()).toBe(false);
    const again = RandomSampler.fromConfig(JSON.parse(JSON.stringify(new RandomSampler({ seed: 5 }).config.options)));
    expect([again.seed, again.config]).toEqual([5, { version: 1, options: { seed: 5 } }]);
  });

  it.each([[{ seed: -1 }], [{ seed: 0.5 }], [{ seed: '1' }], [{ seed: 2 ** 53 }], [{ speed: 1 }], [null], [7], [[]]])(
    'rejects %j',
    (options) => {
      try {
        new RandomSampler(options as RandomOptions);
        expect.unreachable();
      } catch (error) {
        expect(isAsktellError(error, 'invalid-argument'), String(error)).toBe(true);
        expect((error as Error).message).toContain('seed');
      }
    },
  );

  it('proposes the same trials for a declared space, for suggest calls in any order, and for a batch', async () => {
    const space = {
      x: float(0, 1),
      model: oneOf({ svm: { c: float(0.1, 10, { log: true }) }, forest: { trees: int(1, 9) } }),
    };
    const start = () => createStudy({ sampler: new RandomSampler({ seed: 4 }) });
    const [declared, batch, inline] = await Promise.all([start(), start(), start()]);
    const expected: object[] = [];
    for (let k = 0; k < 8; k++) {
      const trial = await declared.ask(space);
      expected.push(trial.params);
      await declared.tell(trial, k);
    }
    expect((await batch.askBatch(8, { space })).map((trial) => trial.params)).toEqual(expected);
    for (const params of expected) {
      const trial = await inline.ask();
      const type = trial.suggestCategorical('model', ['svm', 'forest']);
      const model =
        type === 'svm'
          ? { type, c: trial.suggestFloat('model.svm.c', 0.1, 10, { log: true }) }
          : { type, trees: trial.suggestInt('model.forest.trees', 1, 9) };
      expect({ x: trial.suggestFloat('x', 0, 1), model }).toEqual(params);
    }
  });
});
