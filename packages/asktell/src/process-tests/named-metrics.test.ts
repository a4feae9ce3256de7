import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { loadStudy } from '../index.ts';

const run = promisify(execFile);
const worker = fileURLToPath(new URL('metrics.test.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'asktell-metrics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('eight processes that report two metrics a step lose none of them', { timeout: 240_000 }, async () => {
  const file = join(folder, 'metrics.db');
  const [trials, steps] = [8, 16];
  const outputs = await Promise.all(
    Array.from({ length: 8 }, () => run(process.execPath, [worker, file, String(trials), String(steps)])),
  );
  expect(outputs.map(({ stderr }) => stderr)).toEqual(outputs.map(() => ''));
  const told = outputs.flatMap(({ stdout }) => JSON.parse(stdout) as [number, number, string][]);
  const study = await loadStudy({ name: 'metrics', storage: file });
  const all = await study.trials();
  expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 8 * trials }, (_, i) => i));
  expect(new Set(told.map(([number]) => number)).size).toBe(8 * trials);
  for (const [number, last, state] of told) {
    const trial = all[number] as (typeof all)[number];
    const level = trial.params['level'] as number;
    const reached = Array.from({ length: last }, (_, i) => i + 1);
    expect([trial.state, trial.intermediateMetrics]).toEqual([
      state,
      {
        loss: new Map(reached.map((step) => [step, level / step])),
        latency: new Map(reached.map((step) => [step, number * 1000 + step])),
      },
    ]);
    expect(trial.intermediateValues).toEqual(trial.intermediateMetrics['loss']);
    const { steps: stored, values } = study.history.reports(number, 'latency');
    expect([Array.from(stored), Array.from(values)]).toEqual([reached, reached.map((step) => number * 1000 + step)]);
    if (state === 'complete') expect(last).toBe(steps);
    // It stopped at a rung, whose value was stored in the same write.
    else expect(trial.systemAttrs[`completed_rung_${Math.log2(last) - 1}`]).toBe(level / last);
  }
  expect(new Set(told.map(([, , state]) => state))).toEqual(new Set(['complete', 'pruned']));
  await study.close();
});
