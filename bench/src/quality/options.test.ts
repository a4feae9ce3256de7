import { describe, expect, test } from 'vitest';
import { readOptions, readSamplers } from './options.ts';

describe('options', () => {
  test('defaults, and what --quick makes of them', () => {
    expect(readOptions([])).toMatchObject({ trials: 200, seeds: 20, split: 'report', concurrency: 1, against: null });
    expect(readOptions(['--quick'])).toMatchObject({ trials: 50, seeds: 5 });
    expect(readOptions(['--quick', '--trials', '80', '--seeds=3'])).toMatchObject({ trials: 80, seeds: 3 });
  });

  test('samplers take options as JSON', () => {
    expect(readSamplers('tpe, tpe:{"candidates":128,"a":[1,2]},optuna-tpe')).toEqual([
      { label: 'tpe', name: 'tpe', options: {} },
      { label: 'tpe:{"candidates":128,"a":[1,2]}', name: 'tpe', options: { candidates: 128, a: [1, 2] } },
      { label: 'optuna-tpe', name: 'optuna-tpe', options: {} },
    ]);
  });

  test.each([
    [['--trails', '3'], /no option '--trails'/],
    [['--trials'], /needs a value/],
    [['--trials', '0'], /whole number from 1/],
    [['--split', 'all'], /tune, report or both/],
    [['--samplers', 'tpe:{oops}'], /no JSON/],
    [['--samplers', 'tpe,'], /has no name/],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
