import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { type Checks, check, checkOptions, checkValue, must, oneOfWords } from './checks.ts';

interface Options {
  readonly trials?: number;
  readonly mode?: 'fast' | 'exact';
  readonly name?: string;
}

const checks: Checks<Options> = { trials: check.count(1), mode: oneOfWords('fast', 'exact'), name: check.name };

describe('checkOptions', () => {
  it('accepts valid options and omitted options', () => {
    for (const options of [{}, { trials: 1 }, { trials: undefined, mode: 'exact', name: 'a' }])
      expect(() => checkOptions('run', options, checks)).not.toThrow();
  });

  it.each([
    [{ trials: 0 }, 'run: trials must be a whole number, 1 or more, not 0.'],
    [{ mode: 'slow' }, `run: mode must be 'fast' or 'exact', not "slow".`],
    [{ nme: 'a' }, 'run: there is no option "nme". Did you mean name? The options are trials, mode, name.'],
    [{ toString: 1 }, 'run: there is no option "toString". The options are trials, mode, name.'],
    [null, 'run: options must be an object, not null.'],
    [[], 'run: options must be an object, not [].'],
  ])('refuses %j', async (options, message) => {
    expect((await refused('invalid-argument', () => checkOptions('run', options, checks))).message).toBe(message);
  });
});

it('checkValue starts the message with the given name', async () => {
  const error = await refused('invalid-argument', () => checkValue('step', 'a', check.count(0)));
  expect(error.message).toBe('step must be a whole number, 0 or more, not "a".');
});

describe('checks', () => {
  const problems = (accepts: (value: unknown) => string | null, values: readonly unknown[]) =>
    values.map((value) => accepts(value) !== null);

  it('seed: a whole number from 0 to 2^53 - 1', () => {
    expect(problems(check.seed, [0, 1, 2 ** 53 - 1])).toEqual([false, false, false]);
    for (const seed of [-1, 0.5, 2 ** 53, Number.NaN, '1', null, 1n])
      expect(check.seed(seed)).toMatch(/^must be a whole number from 0 to 2\^53 - 1, not /);
  });

  it('duration: milliseconds, infinity included', () => {
    expect(problems(check.duration, [0, 1.5, Number.POSITIVE_INFINITY])).toEqual([false, false, false]);
    expect(problems(check.duration, [-1, Number.NaN, '5', null])).toEqual([true, true, true, true]);
  });

  it('boolean, string, object, name', () => {
    expect(problems(check.boolean, [true, 0])).toEqual([false, true]);
    expect(problems(check.string, ['', 0])).toEqual([false, true]);
    expect(problems(check.object, [{}, [], null])).toEqual([false, true, true]);
    expect(problems(check.name, ['a', '', 5])).toEqual([false, true, true]);
    expect(check.anything(Symbol('x'))).toBeNull();
  });

  it('oneOfWords and must describe the expected value', () => {
    expect(oneOfWords('a')('b')).toBe(`must be 'a', not "b"`);
    expect(oneOfWords('a', 'b', 'c')(1)).toBe("must be 'a', 'b' or 'c', not 1");
    expect(must('even', (value) => (value as number) % 2 === 0)(3)).toBe('must be even, not 3');
  });
});
