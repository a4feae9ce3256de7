/**
 * Two workers of ours and two of Optuna's prune the trials of one study. Needs a Python with Optuna, as optuna.test.ts
 * does.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  createStudy,
  drawInternal,
  type FrozenTrial,
  HyperbandPruner,
  loadStudy,
  type Sampler,
  type Study,
  SuccessiveHalvingPruner,
  toExternal,
} from 'asktell';
import { afterAll, expect, test } from 'vitest';
import { describeWithOptuna, python } from '../../../../tests/real-optuna.ts';

const run = promisify(execFile);
const script = fileURLToPath(new URL('./prune_in_optuna.py', import.meta.url));
const trials = 20;

/** Draws at random, and keeps the groups that it sees: of its own trial and of all that have finished. */
function groupReader(seen: Map<number, number>): Sampler {
  return {
    name: 'group-reader',
    config: { version: 1, options: {} },
    supports: {},
    sampleOne: (_, ctx, name, dist) => {
      const { trial, history } = ctx;
      for (const row of [trial.number, ...history.finished]) seen.set(row, history.group(row));
      return toExternal(dist, drawInternal(dist, ctx.rng(name)));
    },
  };
}

async function work(study: Study): Promise<void> {
  await study.optimize(
    async (trial) => {
      const level = trial.suggestFloat('level', 0, 1);
      await trial.setUserAttr('by', 'asktell');
      for await (const step of trial.steps({ from: 1, to: 27 })) await step.report(level + 1 / step.number);
      return level;
    },
    { trials },
  );
}

/** The rungs that a trial has stored, and those that its reports reach from this step on. */
function rungs({ systemAttrs, intermediateValues }: FrozenTrial, first: number): readonly [unknown[], number[]] {
  const stored: unknown[] = [];
  while (`completed_rung_${stored.length}` in systemAttrs) stored.push(systemAttrs[`completed_rung_${stored.length}`]);
  const reached = [1, 3, 9, 27].map((factor) => first * factor).filter((step) => intermediateValues.has(step));
  return [stored, reached.map((step) => intermediateValues.get(step) as number)];
}

describeWithOptuna('Optuna prunes the same study', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asktell-prune-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['halving', () => new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 3 })],
    ['hyperband', () => new HyperbandPruner({ minResource: 1, maxResource: 27 })],
  ] as const)('%s: the same rungs, the same brackets', { timeout: 300_000 }, async (kind, make) => {
    const storage = join(folder, `${kind}.db`);
    const groups = new Map<number, number>();
    const sampler = groupReader(groups);
    const first = await createStudy({ name: 'fleet', storage, sampler, pruner: make(), seed: 1 });
    const second = await loadStudy({ name: 'fleet', storage, sampler, pruner: make() });
    const args = ['-W', 'ignore', script, storage, 'fleet', kind, String(trials)];
    const [one, two] = await Promise.all([
      run(python, args),
      run(python, args),
      work(first as unknown as Study),
      work(second as unknown as Study),
    ]);
    expect([one.stderr, two.stderr]).toEqual(['', '']);
    const all = await first.trials();
    expect(all).toHaveLength(4 * trials);
    expect(all.filter(({ userAttrs }) => userAttrs['by'] === 'optuna')).toHaveLength(2 * trials);
    const brackets = JSON.parse(one.stdout) as readonly number[];
    const bracketOf = (number: number): number => (kind === 'halving' ? 0 : (brackets[number] as number));
    for (const trial of all) {
      const [stored, reached] = rungs(trial, 3 ** bracketOf(trial.number));
      expect(stored, `trial ${trial.number} by ${trial.userAttrs['by']}`).toEqual(reached);
      if (trial.state !== 'pruned') continue;
      // It stopped at a rung, and a better trial of its bracket has reached that rung.
      const steps = [...trial.intermediateValues.keys()];
      expect([1, 3, 9, 27]).toContain(steps.length);
      const key = `completed_rung_${stored.length - 1}`;
      const better = all.filter(
        (other) =>
          bracketOf(other.number) === bracketOf(trial.number) &&
          (other.systemAttrs[key] as number) < (stored.at(-1) as number),
      );
      expect(better.length).toBeGreaterThan(0);
    }
    // A sampler sees the group of every trial, including those of Python.
    (await first.ask()).suggestFloat('level', 0, 1);
    expect(groups.size).toBe(4 * trials + 1);
    for (const [number, group] of groups) expect(group, `group of trial ${number}`).toBe(bracketOf(number));
    for (const by of ['asktell', 'optuna']) {
      const theirs = all.filter(({ userAttrs }) => userAttrs['by'] === by);
      expect(theirs.some(({ state }) => state === 'pruned')).toBe(true);
    }
    await first.close();
    await second.close();
  });
});
