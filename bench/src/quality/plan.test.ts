import { describe, expect, test } from 'vitest';
import { expensiveProblems } from './expensive-problems.ts';
import { readOptions } from './options.ts';
import { chosenProblems, matchesOf, tasksOf } from './plan.ts';

const matches = (...args: string[]) => matchesOf(readOptions(args));

describe('the plan', () => {
  test('a family or tag is taken as such, anything else is a pattern', () => {
    const names = (...args: string[]) => chosenProblems(readOptions(args)).map(({ name }) => name);
    const mixed = names('--problems', 'mixed');
    expect(mixed.length).toBeGreaterThan(3);
    expect(mixed.every((name) => name.startsWith('mixed-'))).toBe(true); // noisy-mixed-… is of another family
    expect(names('--problems', '^(branin|zdt1-30d)')).toEqual(['branin-2d-shifted', 'zdt1-30d-standard']);
    expect(names('--split', 'both').length).toBe(names().length + names('--split', 'tune').length);
    expect(new Set(names('--problems', 'expensive'))).toEqual(new Set(expensiveProblems));
    expect(() => names('--problems', 'expensive', '--split', 'tune')).toThrow(/of the split 'report'/);
    expect(() => names('--problems', 'nothing-of-that-name')).toThrow(/no problem/);
    expect(() => names('--problems', '(')).toThrow(/--problems is a family, a tag or a regular expression/);
  });

  test('each sampler has its usual opponents, or those that are given', () => {
    const labels = (...args: string[]) => matches(...args).map(({ ours, theirs }) => [ours.label, theirs.label]);
    expect(labels('--samplers', 'random,grid')).toEqual([
      ['random', 'optuna-random'],
      ['grid', 'optuna-tpe'],
    ]);
    expect(labels('--against', 'optuna-gp,grid')).toEqual([
      ['random', 'optuna-gp'],
      ['random', 'grid'],
    ]);
    expect(() => matches('--samplers', 'unknown')).toThrow(
      /"unknown" is not among auto, .*Samplers of peers: optuna-tpe, /,
    );
    expect(() => matches('--against', 'random:{"sed":1}')).toThrow(/no option "sed"/);
    expect(() => matches('--against', 'ax:{"method":"quality"}')).toThrow(/ax runs as its documentation teaches/);
  });

  test('problems that one of the two cannot do are left out, with the reason', () => {
    const [match] = matches('--against', 'pycma-bipop', '--problems', '^(zdt2-10d|branin|mixed-pipeline)');
    expect(match?.problems.map(({ name }) => name)).toEqual(['branin-2d-shifted']);
    expect(match?.skipped).toEqual([
      'mixed-pipeline: pycma-bipop takes plain floats',
      'zdt2-10d-shifted: pycma-bipop takes one objective',
    ]);
  });

  test('expensive peers are left out with their own reasons', () => {
    const [match] = matches('--against', 'botorch', '--problems', '^(branin|conditional-wide|failing-slab)');
    expect(match?.problems.map(({ name }) => name)).toEqual(['branin-2d-shifted']);
    expect(match?.skipped).toEqual([
      expect.stringMatching(/^conditional-wide: botorch: .*conditional parameters/),
      expect.stringMatching(/^failing-slab-ackley-4d: botorch: .*fail/),
    ]);
  });

  test('what several matches need is run once', () => {
    const options = readOptions([
      '--samplers',
      'random',
      '--against',
      'grid,random',
      '--seeds',
      '3',
      '--problems',
      '^branin',
    ]);
    const tasks = tasksOf(matchesOf(options), options);
    expect([...tasks.keys()]).toEqual(
      ['random', 'grid'].flatMap((sampler) => [1, 2, 3].map((seed) => `${sampler} branin-2d-shifted ${seed}`)),
    );
  });
});
