import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainRun } from '../optimize/optimize.ts';
import { checkRun } from '../optimize/run-checks.ts';
import { NopPruner } from '../pruner/nop.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { isPlainStudy } from '../study/create-study.ts';
import { askLooks, takeLooks, tellLooks } from '../study/study.ts';
import { checkCreate } from '../study/study-options.ts';
import { checkAsk, checkFilter, checkTake, checkTell } from './checks.ts';
import { isPlain, type Looks } from './plain.ts';

const sampler = { name: 'a', config: { version: 1, options: {} }, supports: {}, sampleOne: () => 0 };

/** Values right for one option or another, and values right for none. */
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(undefined, null, true, false, 0, -0, 1, 2, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53),
  fc.constantFrom('', 'a', 'minimize', 'maximize', 'line', 'avoid', 'a\ud83d', '😀', 'x'.repeat(600), 'fail'),
  fc.constantFrom({}, [], { total: 3 }, { total: -1 }, { total: null }, () => 0, [() => 0], ['complete'], new Map()),
  fc.constantFrom(sampler, { ...sampler, sampleOne: undefined }, { ...sampler, config: 1 }, new NopPruner()),
  fc.constantFrom(new MemoryStorage(), new AbortController().signal, { addEventListener: 1 }, { ask: () => 0 }),
);

function someOptions(names: readonly string[]): fc.Arbitrary<unknown> {
  const strange = ['constructor', 'toString', '__proto__', 'trails'];
  return fc.oneof(
    { weight: 20, arbitrary: fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }) },
    { weight: 2, arbitrary: fc.dictionary(fc.constantFrom(...names, ...strange), value, { maxKeys: 2 }) },
    { weight: 1, arbitrary: value },
  );
}

const named = (looks: Looks) => (options: unknown) => isPlain(options, looks);

describe('what passes the quick look passes the full check', () => {
  it.each<readonly [string, readonly string[], (options: unknown) => boolean, (options: unknown) => void]>([
    ['ask', ['count', 'total', 'lease'], named(askLooks), (options) => checkAsk(options ?? {})],
    ['tell', ['state', 'skipIfFinished', 'reason'], named(tellLooks), (options) => checkTell(options ?? {})],
    ['take', ['trials'], named(takeLooks), (options) => checkTake(options ?? {})],
    ['trials', ['states'], named({}), (options) => checkFilter(options ?? {})],
    [
      'optimize',
      ['trials', 'timeout', 'concurrency', 'signal', 'catch', 'callbacks', 'progress', 'until'],
      (options) => isPlainRun(() => 0, options),
      (options) => checkRun(() => 0, options ?? {}),
    ],
    [
      'createStudy',
      [
        'name',
        'storage',
        'sampler',
        'pruner',
        'direction',
        'directions',
        'metricNames',
        'seed',
        'loadIfExists',
        'worker',
      ],
      isPlainStudy,
      (options) => checkCreate(options as never),
    ],
  ])('%s', (_, names, isFine, check) => {
    let passed = 0;
    fc.assert(
      fc.property(someOptions(names), (options) => {
        if (!isFine(options)) return;
        passed++;
        expect(() => check(options)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
    expect(passed).toBeGreaterThan(20);
  });
});
