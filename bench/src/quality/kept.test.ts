import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Problem, problems } from '@asktell/testing/problems';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ExpensivePeer, expensivePackages, expensivePeers, refusal } from './expensive-peers.ts';
import { expensiveProblems, expensiveTrials } from './expensive-problems.ts';
import { type KeptHeader, type KeptRun, KeptRuns } from './kept.ts';
import type { RunTask } from './run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asktell-kept-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const named = (name: string): Problem => problems.find((problem) => problem.name === name) as Problem;
const problem = named('failing-slab-ackley-4d');
const header: KeptHeader = { peer: 'smac', trials: 100, settings: 'as usual', versions: { python: '3', smac: '2' } };
const run = {
  seed: 1,
  steps: [
    [30, 5],
    [50, 2.5],
    [99, 1],
  ] as const,
  failed: 7,
  failedLate: 2,
  secondsPerAsk: 0.5,
};
const task: RunTask = {
  sampler: { label: 'smac', name: 'smac', options: {} },
  problem: problem.name,
  seed: 1,
  trials: 100,
  concurrency: 1,
};

const filled = (): KeptRuns => {
  const kept = new KeptRuns('smac', folder);
  kept.begin(header);
  kept.add(problem, run);
  return kept;
};

describe('kept runs', () => {
  test('are there for a later process, as results', () => {
    filled();
    const again = new KeptRuns('smac', folder);
    expect(again.header).toEqual(header);
    expect(again.has(problem, 1)).toBe(true);
    expect(again.result(problem, task)).toEqual({
      regrets: [[Number.POSITIVE_INFINITY, 2.5, 1]], // nothing had succeeded after 25
      failed: 7,
      failedLate: 2,
      distances: [],
      seconds: 50,
    });
  });

  test('of another seed, length, kind, peer or problem are others', () => {
    const kept = filled();
    expect(kept.has(problem, 2)).toBe(false);
    expect(kept.result(problem, { ...task, seed: 2 })).toBeUndefined();
    expect(kept.result(problem, { ...task, trials: 50 })).toBeUndefined();
    expect(kept.result(problem, { ...task, concurrency: 2 })).toBeUndefined();
    expect(new KeptRuns('ax', folder).header).toBeNull();
    const changed: Problem = { ...problem, objective: () => ({ values: [0] }) };
    expect(kept.has(changed, 1)).toBe(false);
    expect(kept.result(changed, task)).toBeUndefined();
  });

  test('go on where they were, also behind half a line', () => {
    filled();
    appendFileSync(join(folder, 'smac.ndjson'), '{"problem":"half');
    const again = new KeptRuns('smac', folder);
    again.begin(header);
    again.add(problem, { ...run, seed: 2 });
    const last = new KeptRuns('smac', folder);
    expect([1, 2].map((seed) => last.has(problem, seed))).toEqual([true, true]);
    expect(readFileSync(join(folder, 'smac.ndjson'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
  });

  test('made in another way are not mixed with these', () => {
    filled();
    const again = new KeptRuns('smac', folder);
    expect(() => again.begin({ ...header, settings: 'better' })).toThrow(/other versions or settings/);
  });
});

describe('the runs in the repository', () => {
  const kept = new URL('./kept/', import.meta.url);
  test.each(readdirSync(kept))('%s: whole, and made as is written', (file) => {
    const peer = expensivePeers[file.replace(/\.ndjson$/, '')] as ExpensivePeer;
    const [first, ...lines] = readFileSync(new URL(file, kept), 'utf8').trimEnd().split('\n');
    const { versions, settings, trials } = JSON.parse(first as string) as KeptHeader;
    expect({ settings, trials }).toEqual({ settings: peer.settings, trials: expensiveTrials });
    const { python, ...packages } = versions;
    expect(packages).toEqual(expensivePackages[peer.environment]);
    expect(python).toMatch(/^3\./);
    for (const line of lines) {
      const made = JSON.parse(line) as KeptRun;
      expect(expensiveProblems).toContain(made.problem);
      expect(refusal(peer, named(made.problem))).toBeNull();
      expect(made.secondsPerAsk).toBeGreaterThan(0);
      const numbers = made.steps.map(([trial]) => trial);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(numbers.every((trial) => trial >= 1 && trial <= expensiveTrials)).toBe(true);
      const regrets = made.steps.map(([, regret]) => regret);
      expect(regrets.every((regret) => regret >= 0)).toBe(true);
      // With noise, the trial that looks best may be worse than the one before.
      if (named(made.problem).noise === 0) expect(regrets).toEqual([...regrets].sort((a, b) => b - a));
    }
  });
});
