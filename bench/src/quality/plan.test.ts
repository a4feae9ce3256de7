import { describe, expect, test } from 'vitest';
import { readOptions } from './options.ts';
import { chosenProblems, matchesOf, tasksOf } from './plan.ts';

const matches = (...args: string[]) => matchesOf(readOptions(args));

describe('the plan', () => {
  test('problems are selected by family, tag or pattern', () => {
    const names = (...args: string[]) => chosenProblems(readOptions(args)).map(({ name }) => name);
    const mixed = names('--problems', 'mixed');
    expect(mixed.length).toBeGreaterThan(3);
    expect(mixed.every((name) => name.startsWith('mixed-'))).toBe(true); // noisy-mixed-… belongs to another family
    expect(names('--problems', '^(branin|zdt1-30d)')).toEqual(['branin-2d-shifted', 'zdt1-30d-standard']);
    expect(names('--split', 'both').length).toBe(names().length + names('--split', 'tune').length);
    expect(() => names('--problems', 'nothing-of-that-name')).toThrow(/must select a problem/);
    expect(() => names('--problems', '(')).toThrow(/--problems must be a family, a tag or a regular expression/);
  });

  test('each sampler has its default opponent or the given ones', () => {
    const labels = (...args: string[]) => matches(...args).map(({ ours, theirs }) => [ours.label, theirs.label]);
    expect(labels('--samplers', 'random,grid')).toEqual([
      ['random', 'optuna-random'],
      ['grid', 'optuna-tpe'],
    ]);
    expect(labels('--against', 'optuna-gp,grid')).toEqual([
      ['random', 'optuna-gp'],
      ['random', 'grid'],
    ]);
    expect(() => matches('--samplers', 'unknown')).toThrow(/"unknown" .*tpe, .*The samplers of peers are optuna-tpe, /);
    expect(() => matches('--against', 'random:{"sed":1}')).toThrow(/no option "sed"/);
  });

  test('problems that one of the samplers does not support are skipped with a reason', () => {
    const [match] = matches('--against', 'pycma-bipop', '--problems', '^(zdt2-10d|branin|mixed-pipeline)');
    expect(match?.problems.map(({ name }) => name)).toEqual(['branin-2d-shifted']);
    expect(match?.skipped).toEqual([
      'mixed-pipeline: pycma-bipop supports only floats',
      'zdt2-10d-shifted: pycma-bipop supports only one objective',
    ]);
  });

  test('a run that several matches need is planned once', () => {
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
