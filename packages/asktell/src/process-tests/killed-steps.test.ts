import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { WorkerProcess } from '../../../../tests/worker-process.ts';
import {
  anyOf,
  type FrozenTrial,
  HyperbandPruner,
  LearningCurvePruner,
  loadStudy,
  MedianPruner,
  PatientPruner,
  type Pruner,
  SuccessiveHalvingPruner,
} from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'asktell-steps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const worker = new URL('steps.test.mjs', import.meta.url);

/** What a trial has measured, how it ended, and its rungs. */
function facts({ number, state, params, intermediateValues, systemAttrs }: FrozenTrial): unknown {
  const rungs = Object.entries(systemAttrs).filter(([key]) => key.includes('rung'));
  return [number, state, params, [...intermediateValues], rungs];
}

async function trialsOf(file: string): Promise<readonly unknown[]> {
  const study = await loadStudy({ name: 'steps', storage: file });
  const trials = await study.trials();
  await study.close();
  return trials.map(facts);
}

it.each<readonly [string, Pruner]>([
  ['learning-curve', new LearningCurvePruner()],
  ['hyperband', new HyperbandPruner({ maxResource: 27 })],
  [
    'combined',
    anyOf(
      new PatientPruner(new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 3 }), { patience: 1 }),
      new MedianPruner({ startupTrials: 8 }),
    ),
  ],
])(
  'killed amid steps again and again, it prunes as if it had never been: %s',
  { timeout: 240_000 },
  async (name, { name: savedName, config }) => {
    const saved = JSON.stringify({ name: savedName, ...config });
    const run = async (file: string, reports: number): Promise<unknown> => {
      const child = new WorkerProcess(worker, [file, saved, String(reports)]);
      const ended = await child.ended;
      expect(child.errors).toBe('');
      return ended;
    };
    const [whole, killed] = [join(folder, `${name}-whole.db`), join(folder, `${name}-killed.db`)];
    expect(await run(whole, 0)).toBe(0);
    const ends: unknown[] = [];
    for (const reports of [2, 12, 27, 5, 31, 0]) ends.push(await run(killed, reports));
    expect(ends).toEqual(['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL', 0]);
    const trials = await trialsOf(whole);
    expect(trials).toHaveLength(25);
    expect(await trialsOf(killed)).toEqual(trials);
  },
);
