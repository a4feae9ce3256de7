import { describe, expect, test } from 'vitest';
import { asksForHelp, readOptions, readSamplers, usage } from './options.ts';

describe('options', () => {
  test('defaults with and without --quick', () => {
    expect(readOptions([])).toMatchObject({ trials: 200, seeds: 20, split: 'report', concurrency: 1, against: null });
    expect(readOptions(['--quick'])).toMatchObject({ trials: 50, seeds: 5 });
    expect(readOptions(['--quick', '--trials', '80', '--seeds=3'])).toMatchObject({ trials: 80, seeds: 3 });
  });

  test('--help explains every option, in any position', () => {
    expect(asksForHelp(['--quick', '--help'])).toBe(true);
    expect(asksForHelp(['-h'])).toBe(true);
    expect(asksForHelp(['--quick'])).toBe(false);
    const named = new Set(usage.match(/^ {2}--[a-z]+/gm)?.map((option) => option.trim()));
    let refusal = '';
    try {
      readOptions(['--nope']);
    } catch (error) {
      refusal = (error as Error).message;
    }
    const known = refusal.split('must be one of ')[1]?.split(', not ')[0]?.split(', ') ?? [];
    expect(known.length).toBeGreaterThan(10);
    expect(known.filter((option) => !usage.includes(option) && option !== '--help')).toEqual([]);
    expect([...named].filter((option) => !known.includes(option))).toEqual([]);
  });

  test('a lone -- is ignored', () => {
    expect(readOptions(['--', '--quick'])).toEqual(readOptions(['--quick']));
  });

  test('samplers take options as JSON', () => {
    expect(readSamplers('tpe, tpe:{"candidates":128,"a":[1,2]},optuna-tpe')).toEqual([
      { label: 'tpe', name: 'tpe', options: {} },
      { label: 'tpe:{"candidates":128,"a":[1,2]}', name: 'tpe', options: { candidates: 128, a: [1, 2] } },
      { label: 'optuna-tpe', name: 'optuna-tpe', options: {} },
    ]);
  });

  test.each([
    [['--trails', '3'], /not '--trails'/],
    [['--trials'], /needs a value/],
    [['--trials', '0'], /positive integer/],
    [['--split', 'all'], /tune, report or both/],
    [['--samplers', 'tpe:{oops}'], /must be JSON/],
    [['--samplers', 'tpe,'], /must have a name/],
  ])('%j is rejected', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
