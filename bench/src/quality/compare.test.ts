import { float } from '@asktell/core';
import type { Problem } from '@asktell/testing/problems';
import { expect, test } from 'vitest';
import { compare } from './compare.ts';
import type { RunResult } from './run.ts';

const problem: Problem = {
  name: 'p',
  family: 'smooth',
  split: 'report',
  tags: [],
  space: { x: float(0, 1) },
  objectives: 1,
  objective: ({ x }) => ({ values: [x as number] }),
  noise: 0,
  optimum: { kind: 'value', value: 0, params: { x: 0 } },
  precision: 1e-3,
};

const run = (regret: number): RunResult => ({
  regrets: [[regret * 2, regret]],
  failed: 0,
  failedLate: 0,
  distances: [],
  seconds: 1,
});

const runs = (...regrets: number[]): RunResult[] => regrets.map(run);

test('a win, a loss, and a tie below the precision', () => {
  const better = runs(0.1, 0.11, 0.12, 0.13, 0.14);
  const worse = runs(0.2, 0.21, 0.22, 0.23, 0.24);
  const cells = (ours: RunResult[], theirs: RunResult[]) => compare([{ problem, ours, theirs }], 30)[0]?.cells;
  expect(cells(better, worse)?.map(({ trials, verdict }) => [trials, verdict])).toEqual([
    [25, 'win'],
    [30, 'win'],
  ]);
  expect(cells(worse, better)?.map(({ verdict }) => verdict)).toEqual(['loss', 'loss']);
  const [, last] = cells(runs(1e-9, 1e-10, 0, 1e-5, 0), runs(1e-4, 1e-4, 1e-4, 1e-4, 1e-4)) ?? [];
  expect(last).toMatchObject({ verdict: 'tie', ratio: 1, p: 1, solved: [1, 1] });
});

test('the ratio is one of geometric means; nothing feasible counts as the worst regret seen', () => {
  const [row] = compare([{ problem, ours: runs(0.1, 0.4), theirs: runs(0.4, 0.4) }], 30);
  expect(row?.cells[1]?.ratio).toBeCloseTo(0.5, 12);
  const [open] = compare([{ problem, ours: runs(0.1, 0.1), theirs: runs(0.1, Number.POSITIVE_INFINITY) }], 30);
  expect(open?.cells[1]?.ratio).toBeCloseTo(Math.sqrt(0.1 / 0.2), 12); // 0.2 was the worst, at the first checkpoint
});

test('Holm corrects for the number of problems', () => {
  const pairing = { problem, ours: runs(1, 2, 3, 4), theirs: runs(5, 6, 7, 8) };
  const [alone] = compare([pairing], 30);
  const [first] = compare([pairing, pairing, pairing], 30);
  expect(alone?.cells[1]?.p).toBeCloseTo(2 / 70, 12);
  expect(alone?.cells[1]?.holm).toBeCloseTo(2 / 70, 12);
  expect(first?.cells[1]).toMatchObject({ verdict: 'win', holm: expect.closeTo(6 / 70, 12) });
});
