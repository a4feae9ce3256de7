import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { TrialPruned } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Trial } from '../trial/trial.ts';
import type { OptimizeOptions } from './options.ts';
import { formatValue } from './progress.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

interface Lines {
  readonly info: string[];
  readonly warn: string[];
  readonly status: (string | null)[];
}

/** Runs an optimization and returns all that was printed. */
async function printed(
  objective: (trial: Trial) => number | readonly number[] | Promise<number>,
  options: OptimizeOptions<never>,
  interactive = false,
  directions: readonly Direction[] = ['minimize'],
): Promise<Lines> {
  const lines: Lines = { info: [], warn: [], status: [] };
  const output = {
    interactive,
    columns: 80,
    info: (line: string) => lines.info.push(line),
    warn: (line: string) => lines.warn.push(line),
    status: (line: string | null) => lines.status.push(line),
  };
  const environment = { process: null, output, compileExpression: null };
  const study = await createStudy({ sampler, directions, seed: 1 }, { environment });
  await study.optimize(objective as never, options as never).catch(() => undefined);
  return lines;
}

const values = [3, 1.23456789, 2];
const told = (trial: Trial): number => values[trial.number] as number;

describe('progress', () => {
  it('prints nothing unless it is asked for', async () => {
    for (const progress of [undefined, false] as const) {
      const lines = await printed(told, { trials: 3, ...(progress === undefined ? {} : { progress }) }, true);
      expect(lines).toEqual({ info: [], warn: [], status: [] });
    }
  });

  it('a redrawn line in a terminal, which stays at the end', async () => {
    for (const progress of [true, 'line'] as const) {
      const { info, status } = await printed(told, { trials: 3, progress }, true);
      expect(status.length).toBeGreaterThanOrEqual(2);
      expect(status[0]).toMatch(/^1\/3 trials \| best 3 \(trial 0\) \| [\d.]+ trials\/s$/);
      expect(status.at(-1)).toBeNull();
      expect(info).toEqual([expect.stringMatching(/^3\/3 trials \| best 1\.23457 \(trial 1\) \| [\d.]+ trials\/s$/)]);
    }
  });

  it('a few lines on an output that cannot redraw', async () => {
    const { info, status } = await printed(told, { trials: 3, progress: true });
    expect(status).toEqual([]);
    expect(info).toHaveLength(2); // the first trial, and the end
    expect(info[1]).toMatch(/^3\/3 trials/);
  });

  it('without a goal, without a best value', async () => {
    const { info } = await printed(
      (trial) => [trial.number, 1],
      { progress: true, until: ({ finished }) => finished === 2 },
      false,
      ['minimize', 'minimize'],
    );
    expect(info.at(-1)).toMatch(/^2 trials \| [\d.]+ trials\/s$/);
  });

  it('with a total, the number of missing trials', async () => {
    const { info } = await printed(told, { trials: { total: 2 }, progress: true });
    expect(info.at(-1)).toMatch(/^2\/2 trials/);
  });

  it('a call without trials prints one line', async () => {
    expect((await printed(told, { trials: 0, progress: true })).info).toEqual([
      expect.stringMatching(/^0\/0 trials \| 0(\.00)? trials\/s$/),
    ]);
  });

  it('one line per trial, like the one of Optuna', async () => {
    const { info } = await printed(
      (trial) => {
        trial.suggestInt('n', 4, 4);
        trial.suggestCategorical('c', [null]);
        if (trial.number === 1) throw new TrialPruned();
        return told(trial);
      },
      { trials: 3, progress: 'trials' },
    );
    expect(info).toEqual([
      'Trial 0 complete with value 3 and parameters { n: 4, c: null }. Best is 3 (trial 0).',
      'Trial 1 pruned and parameters { n: 4, c: null }. Best is 3 (trial 0).',
      'Trial 2 complete with value 2 and parameters { n: 4, c: null }. Best is 2 (trial 2).',
    ]);
  });

  it('counts failed trials, and ends properly after an error', async () => {
    const { info, warn, status } = await printed(
      () => {
        throw new Error('no');
      },
      { trials: 3, progress: true },
      true,
    );
    expect(warn).toEqual(['Trial 0 failed (error): Error: no']);
    expect([info, status.at(-1)]).toEqual([[expect.stringMatching(/^1\/3 trials \| [\d.]+ trials\/s$/)], null]);
  });
});

it.each([
  [0.1 + 0.2, '0.3'],
  [1234567.89, '1234570'],
  [1e-9, '1e-9'],
  [0, '0'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [-2, '-2'],
])('formatValue(%d) is %s', (value, text) => {
  expect(formatValue(value)).toBe(text);
});
