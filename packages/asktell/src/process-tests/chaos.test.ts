import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, it } from 'vitest';
import { WorkerProcess } from '../../../../tests/worker-process.ts';
import { loadStudy } from '../index.ts';

const script = new URL('chaos.test.mjs', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'asktell-chaos-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npm run torture` sets the variable. */
const long = process.env['ASKTELL_TORTURE'] === '1';
const workers = long ? 8 : 3;
const total = workers * (long ? 10_000 : 300);

it(`${workers} processes that are killed, interrupted, timed out, closed and left: exactly ${total} trials, nothing lost, nothing double`, {
  timeout: long ? 3_000_000 : 300_000,
}, async () => {
  const file = join(folder, 'chaos.db');
  const told: number[] = [];
  const ends = { SIGKILL: 0, SIGINT: 0 };
  const errors: string[] = [];
  /** Starts processes one after another until one has nothing left to do. */
  const lane = async (): Promise<void> => {
    for (;;) {
      const worker = new WorkerProcess(script, [file, String(total)]);
      let kill: NodeJS.Timeout | undefined;
      void worker.fact('ready').then(() => {
        const signal = Math.random() < 0.5 ? 'SIGKILL' : 'SIGINT';
        kill = setTimeout(() => worker.process.kill(signal), Math.random() * (long ? 20_000 : 400));
      });
      const end = await worker.ended;
      clearTimeout(kill);
      told.push(...worker.facts.flatMap((fact) => (typeof fact['told'] === 'number' ? [fact['told']] : [])));
      const unexpected = worker.errors
        .split('\n')
        .filter(
          (line) => line !== '' && !/^(\d+ more like that\. The last one: )?Trial \d+ (failed|was already)/.test(line),
        );
      errors.push(...unexpected);
      if (end === 0) return;
      expect(['SIGKILL', 'SIGINT'], worker.errors).toContain(end);
      ends[end as 'SIGKILL' | 'SIGINT']++;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: workers }, lane));
  const seconds = (performance.now() - began) / 1000;
  expect(errors).toEqual([]);
  const study = await loadStudy({ storage: file });
  await study.optimize(({ params }) => Number(params['x']), { trials: { total } });
  const trials = await study.trials();
  await study.close();
  const count = (wanted: string): number =>
    trials.filter(({ state, failure }) => (failure?.code ?? state) === wanted).length;
  const finished = trials.filter(({ state, failure }) => state !== 'waiting' && failure?.code !== 'lost');
  expect(finished).toHaveLength(total);
  expect(count('running')).toBe(0);
  expect(count('complete') + count('crashed') + count('error') + count('timeout')).toBe(total);
  expect(trials.map(({ number }) => number)).toEqual(trials.map((_, i) => i));
  expect(told.length, 'no trial was told twice').toBe(new Set(told).size);
  for (const number of told) expect(['complete', 'fail']).toContain(trials[number]?.state);
  for (const { state, value, params } of trials) if (state === 'complete') expect(value).toBe(params['x']);
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  const owners = `SELECT count(*) FROM trial_system_attributes WHERE key = 'asktell:owner' AND value_json <> 'null'`;
  expect(database.prepare(owners).pluck().get(), 'owners of finished trials').toBe(0);
  database.close();
  console.log(
    `chaos: ${total} trials in ${seconds.toFixed(0)} s, ${ends.SIGKILL} processes killed, ${ends.SIGINT} interrupted; ${count('complete')} complete, ${count('crashed')} crashed, ${count('error')} failed, ${count('timeout')} timed out, 0 lost, 0 double`,
  );
});
