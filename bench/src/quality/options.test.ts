import { describe, expect, test } from 'vitest';
import { asksForHelp, readOptions, readSamplers, usage } from './options.ts';

describe('options', () => {
  test('defaults, and what --quick makes of them', () => {
    expect(readOptions([])).toMatchObject({ trials: 200, seeds: 20, split: 'report', concurrency: 1, against: null });
    expect(readOptions(['--quick'])).toMatchObject({ trials: 50, seeds: 5 });
    expect(readOptions(['--quick', '--trials', '80', '--seeds=3'])).toMatchObject({ trials: 80, seeds: 3 });
    expect(readOptions(['--problems', 'expensive'])).toMatchObject({ trials: 100, seeds: 5 });
    expect(readOptions(['--problems', 'expensive', '--seeds', '2'])).toMatchObject({ trials: 100, seeds: 2 });
  });

  test('--help explains every option, wherever it stands', () => {
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
    const known = refusal.split('The options are ')[1]?.split(', ') ?? [];
    expect(known.length).toBeGreaterThan(10);
    expect(known.filter((option) => !usage.includes(option) && option !== '--help')).toEqual([]);
    expect([...named].filter((option) => !known.includes(option))).toEqual([]);
  });

  test("a lone -- is pnpm's", () => {
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
    [['--trails', '3'], /unknown option '--trails'/],
    [['--trials'], /needs a value/],
    [['--trials', '0'], /whole number from 1/],
    [['--split', 'all'], /tune, report or both/],
    [['--samplers', 'tpe:{oops}'], /no JSON/],
    [['--samplers', 'tpe,'], /has no name/],
  ])('%j is refused', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
