import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { isAsktellError } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import { loadStudy } from '../study/load-study.ts';
import { FixedTrial } from './fixed-trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many' },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

/** The lists of reports as plain arrays. */
function lists({
  steps,
  values,
}: {
  steps: ArrayLike<number>;
  values: ArrayLike<number>;
}): readonly [number[], number[]] {
  return [Array.from(steps), Array.from(values)];
}

describe('a report of named metrics', () => {
  it('is one write: one metric as intermediate value, the others in one attribute', async () => {
    const storage = new MemoryStorage();
    const study = await createStudy({ sampler, storage, metrics: ['loss', 'latency', 'size'] });
    const trial = await study.ask();
    let writes = 0;
    const write = storage.write.bind(storage);
    storage.write = (...args) => {
      writes++;
      return write(...args);
    };
    await trial.report({ latency: 30, loss: 0.5, size: nan }, 1);
    await trial.report({ loss: inf, latency: -0 }, 2);
    expect(writes).toBe(2);
    await trial.report({ latency: 28 }, 3);
    await trial.report(0.25, 4);
    const frozen = await study.tell(trial, 0.25);
    expect([...frozen.intermediateValues]).toEqual([
      [1, 0.5],
      [2, inf],
      [4, 0.25],
    ]);
    expect(frozen.systemAttrs).toMatchObject({
      [keys.metric]: 'loss',
      'asktell:report:1': { latency: 30, size: nan },
      'asktell:report:2': { latency: 0 },
      'asktell:report:3': { latency: 28 },
    });
    expect(frozen.systemAttrs['asktell:report:4']).toBeUndefined();
    expect(Object.entries(frozen.intermediateMetrics).map(([name, values]) => [name, [...values]])).toEqual([
      ['loss', [...frozen.intermediateValues]],
      ['latency', [[1, 30], [2, 0], [3, 28]]], // biome-ignore format: a table
      ['size', [[1, nan]]],
    ]);
    expect(JSON.parse(JSON.stringify(frozen)).intermediateMetrics.latency).toEqual({ 1: 30, 2: 0, 3: 28 });
  });

  it.each([
    ['named like the first objective', { metricNames: ['acc'], metrics: ['loss', 'acc'] as const }, 'acc'],
    ['declared first', { metricNames: ['score'], metrics: ['loss', 'acc'] as const }, 'loss'],
    ['named like the first objective, undeclared', { metricNames: ['acc'] }, 'acc'],
    ['first in the first report', {}, 'loss'],
  ])('stores the metric %s as intermediate value, in every trial', async (_, options, main) => {
    const storage = new MemoryStorage();
    const study = await createStudy({ sampler, storage, name: 's', ...options });
    const first = await study.ask();
    await first.report({ loss: 1, acc: 2 }, 1);
    await study.tell(first, 1);
    const again = await loadStudy({ sampler, storage });
    const second = await again.ask();
    await second.report({ acc: 2, loss: 1 }, 1);
    await again.tell(second, 1);
    const value = main === 'acc' ? 2 : 1;
    for (const trial of await again.trials()) {
      expect(trial.systemAttrs[keys.metric]).toBe(main);
      expect([...trial.intermediateValues.values()]).toEqual([value]);
      expect(lists(again.history.reports(trial.number))).toEqual([[1], [value]]);
      expect(lists(again.history.reports(trial.number, 'acc'))).toEqual([[1], [2]]);
      expect(lists(again.history.reports(trial.number, 'loss'))).toEqual([[1], [1]]);
      const undeclared = (): unknown => lists(again.history.reports(trial.number, 'f1'));
      if ('metrics' in options) expect(undeclared).toThrow('no metric "f1". The metrics that it declares are');
      else expect(undeclared()).toEqual([[], []]);
    }
    expect([study.history.mainMetric, again.history.mainMetric]).toEqual([main, main]);
  });

  it('reads what another program has reported without a name as the main metric', async () => {
    const study = await createStudy({ sampler, metrics: ['loss', 'latency'] });
    await study.addTrial({ value: 1, intermediateValues: { 1: 7 } });
    expect(lists(study.history.reports(0, 'loss'))).toEqual([[1], [7]]);
    expect(lists(study.history.reports(0, 'latency'))).toEqual([[], []]);
    expect((await study.trials())[0]?.intermediateMetrics).toEqual({});
  });

  it('keeps the history up to date while the trial runs, in any order of steps', () =>
    fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.tuple(fc.nat(20), fc.double(), fc.option(fc.double(), { nil: undefined })), {
          selector: ([step]) => step,
          maxLength: 12,
        }),
        async (reports) => {
          const study = await createStudy({ sampler, metrics: ['a', 'b'] });
          const trial = await study.ask();
          const expected = new Map<string, [number, number][]>([
            ['a', []],
            ['b', []],
          ]);
          const check = (): void => {
            for (const [metric, all] of expected) {
              const sorted = [...all].sort((one, two) => one[0] - two[0]);
              const { steps, values } = study.history.reports(0, metric);
              expect(Array.from(steps)).toEqual(sorted.map(([step]) => step));
              expect(Array.from(values)).toEqual(sorted.map(([, value]) => value + 0));
            }
          };
          for (const [step, a, b] of reports) {
            await trial.report(b === undefined ? { a } : { b, a }, step);
            expected.get('a')?.push([step, a]);
            if (b !== undefined) expected.get('b')?.push([step, b]);
            check();
          }
          await study.tell(trial, 1);
          check();
        },
      ),
    ));

  it.each<readonly [string, unknown, string, string]>([
    ['an unknown name', { loss: 1, laten: 2 }, 'invalid-argument', 'no metric "laten". Did you mean latency?'],
    [
      'a value that is no number',
      { loss: 1, latency: '3' },
      'invalid-value',
      'the value of "latency" must be a number, not "3"',
    ],
    ['undefined', { loss: undefined }, 'invalid-value', 'the value of "loss" must be a number, not undefined'],
    ['an empty object', {}, 'invalid-value', 'names no metric'],
    ['a list', [1, 2], 'invalid-value', 'numbers by name such as { loss: 0.5 }'],
    ['an empty name', { '': 1 }, 'invalid-argument', 'non-empty'],
  ])('with %s is refused, and nothing is stored', async (_, values, code, text) => {
    const study = await createStudy({ sampler, metrics: ['loss', 'latency'] });
    const trial = await study.ask();
    const error: unknown = await trial.report(values as never, 1).catch((caught: unknown) => caught);
    expect(isAsktellError(error) && [error.code, error.message]).toEqual([code, expect.stringContaining(text)]);
    await trial.report({ loss: 3 }, 1); // the step is still free
    const { systemAttrs, intermediateValues } = await study.tell(trial, 1);
    expect([...intermediateValues]).toEqual([[1, 3]]);
    expect(Object.keys(systemAttrs).filter((key) => key.startsWith(keys.reportPrefix))).toEqual([]);
  });

  it('takes hostile names', async () => {
    const study = await createStudy({ sampler });
    const trial = await study.ask();
    await trial.report(JSON.parse('{"loss": 1, "__proto__": 2, "constructor": 3}'), 1);
    const { intermediateMetrics } = await study.tell(trial, 1);
    expect(Object.keys(intermediateMetrics)).toEqual(['loss', '__proto__', 'constructor']);
    expect(lists(study.history.reports(0, '__proto__'))).toEqual([[1], [2]]);
    expect(lists(study.history.reports(0, 'toString'))).toEqual([[], []]);
  });

  it('gives a pruned trial the last value of the main metric', async () => {
    const study = await createStudy({ sampler, metrics: ['loss', 'latency'] });
    const trial = await study.ask();
    await trial.report({ loss: 4, latency: 1 }, 1);
    await trial.report({ latency: 2 }, 2);
    expect((await study.prune(trial)).value).toBe(4);
  });
});

describe('declared metrics', () => {
  const create = async (storage: MemoryStorage, metrics: readonly string[]) =>
    createStudy({ sampler, storage, name: 's', loadIfExists: true, metrics, log: 'silent' });

  it('are saved with the study', async () => {
    const storage = new MemoryStorage();
    expect((await create(storage, ['loss', 'latency'])).metrics).toEqual(['loss', 'latency']);
    expect((await loadStudy({ sampler, storage })).metrics).toEqual(['loss', 'latency']);
    expect((await createStudy({ sampler })).metrics).toBeNull();
  });

  it('can be added, and the main one stays first', async () => {
    const storage = new MemoryStorage();
    await create(storage, ['loss', 'latency']);
    const study = await create(storage, ['size', 'loss', 'latency']);
    await study.tell(await study.ask(), 1);
    expect((await loadStudy({ sampler, storage })).metrics).toEqual(['loss', 'size', 'latency']);
    const error: unknown = await create(storage, ['size']).catch((caught: unknown) => caught);
    expect(isAsktellError(error, 'study-mismatch')).toBe(true);
  });

  it.each([[[]], [['']], [['a', 'a']], ['loss'], [[1]]])('refuses %j', async (metrics) => {
    await expect(createStudy({ sampler, metrics: metrics as never })).rejects.toThrow(
      'metrics must be a non-empty list',
    );
  });
});

describe('FixedTrial', () => {
  it('keeps named metrics', async () => {
    const trial = new FixedTrial({});
    await trial.report({ loss: 1, latency: 2 }, 3);
    await trial.report({ loss: 5 }, 3);
    expect(trial.intermediateMetrics).toEqual({ loss: new Map([[3, 1]]), latency: new Map([[3, 2]]) });
    await expect(trial.report({} as never, 1)).rejects.toThrow('names no metric');
  });
});
