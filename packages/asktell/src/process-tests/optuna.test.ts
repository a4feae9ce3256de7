/** Python's Optuna opens our studies. Needs a Python with Optuna: ASKTELL_PYTHON, or .peers, which `.ci/run` creates. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { categorical, createStudy, float, int, oneOf, type Study, TrialPruned } from 'asktell';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithOptuna, python } from '../../../../tests/real-optuna.ts';

const script = fileURLToPath(new URL('./open_in_optuna.py', import.meta.url));

interface Seen {
  readonly directions: readonly string[];
  readonly metricNames: readonly string[] | null;
  readonly bestTrial: number;
  readonly bestValue: number;
  readonly trials: readonly { readonly [field: string]: unknown }[];
}

const space = {
  model: oneOf({
    svm: { c: float(1e-3, 1e3, { log: true }), kernel: categorical(['linear', 'rbf']) },
    forest: { trees: int(10, 100, { step: 10 }), depth: categorical([null, 3, 'auto', true]) },
  }),
  shift: float(0, 1, { step: 0.1 }),
};

describeWithOptuna('Optuna opens an Asktell study', () => {
  const folder = mkdtempSync(join(tmpdir(), 'asktell-optuna-'));
  const path = join(folder, 'study.db');
  let study: Study;
  let seen: Seen;

  beforeAll(async () => {
    const made = await createStudy({ name: 'näme 😀', storage: path, seed: 7, space, metricNames: ['loss'] });
    study = made as unknown as Study;
    await made.optimize(
      async (trial) => {
        await trial.setUserAttr('note', { text: 'ünïcode', list: [1, null, Number.NaN] });
        await trial.setConstraint('size', trial.params.shift - 0.95);
        await trial.report(trial.params.shift, 0);
        await trial.report(Number.POSITIVE_INFINITY, 3);
        if (trial.number === 2) throw new TrialPruned();
        if (trial.number === 3) return Number.NaN;
        if (trial.number === 4) return Number.NEGATIVE_INFINITY;
        return (
          (trial.params.model.type === 'svm' ? Math.log(trial.params.model.c) : trial.params.model.trees) +
          trial.params.shift
        );
      },
      { trials: 12 },
    );
    await made.enqueue({ shift: 0.5 });
    await made.ask();
    await made.enqueue({ shift: 0.25 - 0.05 });
    const output = spawnSync(python, ['-W', 'ignore', script, path, made.name], { encoding: 'utf8' });
    expect(output.stderr).toBe('');
    seen = JSON.parse(output.stdout) as Seen;
  }, 300_000);

  afterAll(async () => {
    await study.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('directions, metric names and the best trial', async () => {
    const best = await study.bestTrial();
    expect(seen.directions).toEqual(['minimize']);
    expect(seen.metricNames).toEqual(['loss']);
    expect(seen.bestTrial).toBe(best?.number);
  });

  test('every trial, field by field', async () => {
    const spell = (value: number): number | string => (Number.isFinite(value) ? value : value > 0 ? 'inf' : '-inf');
    const ours = (await study.trials()).map((trial) => ({
      number: trial.number,
      state: trial.state,
      values: trial.values?.map(spell) ?? null,
      params: trial.flatParams,
      userAttrs: trial.userAttrs['note'] === undefined ? {} : { note: { text: 'ünïcode', list: [1, null, 'NaN'] } },
      intermediateValues: Object.fromEntries(
        [...trial.intermediateValues].map(([step, value]) => [step, spell(value)]),
      ),
      constraints: Object.keys(trial.constraints).length === 0 ? null : Object.values(trial.constraints),
      start: seconds(trial.record.startedAt),
      complete: seconds(trial.record.finishedAt),
    }));
    expect(seen.trials).toEqual(ours);
  });
});

function seconds(stamp: number | null): number | null {
  return stamp === null ? null : stamp / 1e6;
}
