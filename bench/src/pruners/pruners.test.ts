import { describe, expect, test } from 'vitest';
import { runOurs } from './ours.ts';
import { tableReport } from './report.ts';
import { bestAfter, type PrunerRun, type PrunerSpec } from './run.ts';
import { specsFor } from './specs.ts';
import { readTable, tableNames } from './tables/curve-table.ts';

const spec = (name: string): PrunerSpec => ({ label: name, side: 'asktell', name, options: {} });

describe.each(tableNames)('the table %s', (name) => {
  const table = readTable(name);
  const { params, steps } = table.file;

  test('has a curve of finite values for every configuration', () => {
    expect(table.size).toBe(params.reduce((product, { values }) => product * values.length, 1));
    const finals = table.finals();
    expect(finals.every(Number.isFinite)).toBe(true);
    expect(finals[0]).toBeLessThan(finals[finals.length >> 1] as number);
    const last = table.curve(params.map(({ values }) => values.length - 1));
    expect(last).toHaveLength(steps);
  });

  test('spends the steps exactly, with and without pruning', async () => {
    const plain = await runOurs(table, { spec: spec('nop'), table: name, seed: 0, steps: 5 * steps });
    expect([plain.trials, plain.pruned, plain.best[0]?.[0]]).toEqual([5, 0, steps]);
    const pruned = await runOurs(table, { spec: spec('successive-halving'), table: name, seed: 0, steps: 5 * steps });
    expect(pruned.trials).toBeGreaterThan(5);
    expect(pruned.best.at(-1)?.[0]).toBeLessThanOrEqual(5 * steps);
  });
});

test.each(['bracket', 'rung'] as const)('TPE by %s learns from some of the trials', async (model) => {
  const table = readTable('network');
  const hyperband: PrunerSpec = { ...spec('hyperband'), options: { maxResource: table.steps } };
  const task = { table: 'network', seed: 1, steps: 20 * table.steps };
  const all = await runOurs(table, { ...task, spec: hyperband });
  const some = await runOurs(table, { ...task, spec: { ...hyperband, model } });
  expect(some.best[0]).toEqual(all.best[0]); // the first trials are random
  expect(some).not.toMatchObject({ best: all.best, trials: all.trials });
});

test('the best value is infinite before the first complete trial', () => {
  const run: PrunerRun = {
    best: [
      [10, 3],
      [40, 2],
    ],
    trials: 5,
    pruned: 1,
    seconds: 0,
  };
  expect([9, 10, 39, 40, 900].map((steps) => bestAfter(run, steps))).toEqual([Number.POSITIVE_INFINITY, 3, 3, 2, 2]);
});

test('the report compares with TPE without pruning', () => {
  const table = readTable('network');
  const finals = table.finals();
  const runOf = (value: number, steps: number): PrunerRun => ({
    best: [[steps, value]],
    trials: 10,
    pruned: 5,
    seconds: 1,
  });
  const entry = (each: PrunerSpec, value: number, steps: number) => ({
    spec: each,
    runs: Array.from({ length: 20 }, () => runOf(value, steps)),
  });
  const page = tableReport(table, [
    entry(spec('nop'), finals[40] as number, 1000),
    entry(spec('median'), finals[0] as number, 300),
    entry(spec('hyperband'), finals[100] as number, 100),
  ]);
  const rows = page.split('\n').filter((line) => /nop|median|hyperband/.test(line));
  expect(rows[1]).toMatch(/median .* 0\.000 \+ .* 3\.3× .* 50 %/);
  expect(rows[2]).toMatch(/hyperband .* − .* – /);
  expect(specsFor(readTable('svm-folds')).some(({ readsFolds }) => readsFolds)).toBe(true);
});
