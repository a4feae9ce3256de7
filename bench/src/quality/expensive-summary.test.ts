import { float } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { expect, test } from 'vitest';
import { compare } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { expensiveReport } from './expensive-report.ts';
import { bestLines, peerLines, samplerLines } from './expensive-summary.ts';
import type { RunResult } from './run.ts';

const problem = (name: string): Problem => ({
  name,
  family: 'smooth',
  split: 'report',
  tags: [],
  space: { x: float(0, 1) },
  objectives: 1,
  objective: ({ x }) => ({ values: [x as number] }),
  noise: 0,
  optimum: { kind: 'value', value: 0, params: { x: 0 } },
  precision: 1e-9,
});

const runs = (...regrets: number[]): RunResult[] =>
  regrets.map((regret) => ({
    regrets: [[1000, 100, regret]],
    failed: 0,
    failedLate: 0,
    distances: [],
    seconds: 1,
  }));

const comparison = (
  theirs: string,
  sides: { readonly [name: string]: readonly [RunResult[], RunResult[]] },
): Comparison => ({
  ours: 'tpe',
  theirs,
  rows: compare(
    Object.entries(sides).map(([name, [mine, others]]) => ({ problem: problem(name), ours: mine, theirs: others })),
    100,
  ),
  skipped: [],
  cached: 0,
  kept: 0,
  keptFrom: null,
  runs: 0,
});

const comparisons = [
  comparison('ax', { a: [runs(1, 1), runs(10, 10)], b: [runs(0.01, 0.1), runs(0.1, 1)] }),
  comparison('turbo', { a: [runs(1, 1), runs(0.1, 0.1)] }),
];

test('the median of the logarithms over problems and seeds, each sampler once', () => {
  const lines = samplerLines(comparisons);
  expect(lines.map(({ sampler, problems }) => [sampler, problems])).toEqual([
    ['tpe', 2],
    ['ax', 2],
    ['turbo', 1],
  ]);
  expect(lines[0]?.medians.map((value) => Number(value.toFixed(9)))).toEqual([3, 2, -0.5]); // of −2, −1, 0, 0
});

test('ours against a peer: what is ten times as good everywhere is so in every resample', () => {
  const [ax, turbo] = peerLines(comparisons);
  expect(ax?.cells.map(({ trials }) => trials)).toEqual([25, 50, 100]);
  const last = ax?.cells[2];
  expect(last?.ratio).toBeCloseTo(0.1, 9);
  expect([last?.difference, last?.low, last?.high]).toEqual([
    expect.closeTo(-1, 9),
    expect.closeTo(-1, 9),
    expect.closeTo(-1, 9),
  ]);
  expect(last?.below).toBe(1);
  expect(ax?.cells[0]).toMatchObject({ difference: 0, below: 0.5, ratio: 1 });
  expect(turbo?.cells[2]).toMatchObject({ below: 0, medians: [0, expect.closeTo(-1, 9)] });
});

test('the best peer of each problem, several where they are equal', () => {
  const lines = bestLines(comparisons);
  expect(lines.map(({ ours, problem: name }) => [ours, name])).toEqual([
    ['tpe', 'a'],
    ['tpe', 'b'],
  ]);
  expect(lines[0]?.cells[2]).toEqual({ trials: 100, ours: 1, best: 0.1, peers: ['turbo'] });
  expect(lines[0]?.cells[0]).toMatchObject({ best: 1000, peers: ['ax', 'turbo'] });
  expect(lines[1]?.cells[2]).toMatchObject({ ours: expect.closeTo(0.055, 9), peers: ['ax'] });
});

test('nothing found counts as the worst regret that anybody had', () => {
  const open = comparison('smac', { a: [runs(1, 1), runs(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY)] });
  const cell = peerLines([open])[0]?.cells[2];
  expect(cell?.medians).toEqual([0, 3]);
  expect(cell?.difference).toBe(-3);
});

test('the report shows the three tables, also where a peer has no problem', () => {
  const page = expensiveReport([...comparisons, comparison('hebo', {})]);
  expect(page).toContain('| tpe : ax    |        2 |');
  expect(page).toMatch(/−1\.00 \[−1\.00, −1\.00\] 100 %, 0\.10 ×/);
  expect(page).toMatch(/\| tpe {5}\| a {7}\| .*1\.0 : 0\.10 turbo \|/);
  expect(page).not.toContain('NaN');
});
