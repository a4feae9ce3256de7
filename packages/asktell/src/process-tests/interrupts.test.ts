import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keys } from '@asktell/core';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerProcess } from '../../../../tests/worker-process.ts';
import { loadStudy } from '../index.ts';

const script = new URL('life.test.mjs', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'asktell-interrupts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const start = (task: string, ms: number, total: number, concurrency = 1) => {
  const file = join(folder, `${files++}.db`);
  const args = [String(ms), String(total), String(concurrency)];
  return { file, args, worker: new WorkerProcess(script, [task, file, ...args]) };
};

async function stored(file: string) {
  const study = await loadStudy({ storage: file });
  const trials = await study.trials();
  await study.close();
  return trials.map(({ state, params, record }) => ({
    state,
    params,
    until: (record.systemAttrs?.get(keys.owner) as { readonly until?: number } | null)?.until ?? null,
    attempts: record.systemAttrs?.get(keys.attempts) ?? 0,
  }));
}

const options = { timeout: 120_000 };

describe('an interrupted process', () => {
  it.each([
    ['optimize', 'slow', 'SIGINT', 2],
    ['optimize', 'slow', 'SIGTERM', 1],
    ['take', 'slowTake', 'SIGINT', 1],
    ['take', 'slowTake', 'SIGHUP', 1],
  ] as const)('%s (%s, %s): its trials go to the next run, at no cost', options, async (_, task, signal, lanes) => {
    const { file, worker } = start(task, 60_000, 3, lanes);
    await worker.fact('started');
    while (worker.facts.length < lanes) await new Promise((resolve) => setTimeout(resolve, 5));
    const before = worker.facts.map(({ started, x }) => ({ started, x }));
    worker.process.kill(signal);
    expect(await worker.ended, 'the signal ends it as usual').toBe(signal);
    expect(worker.errors).toBe('');
    const released = await stored(file);
    expect(released).toEqual(before.map(({ x }) => ({ state: 'running', params: { x }, until: 0, attempts: 0 })));
    const again = new WorkerProcess(script, [task, file, '1', '3', String(lanes)]);
    expect([await again.ended, again.errors]).toEqual([0, '']);
    const after = again.facts.filter((fact) => 'started' in fact);
    expect(after.slice(0, lanes)).toEqual(before.map((fact) => ({ ...fact, resumed: true })));
    expect(after).toHaveLength(3);
    expect((await stored(file)).map(({ state, until }) => [state, until])).toEqual(
      Array.from({ length: 3 }, () => ['complete', null]),
    );
  });

  it('that handles the signal and exits: its trials are released as well', options, async () => {
    const { file, worker } = start('exits', 60_000, 3);
    await worker.fact('started');
    worker.process.kill('SIGINT');
    expect([await worker.ended, worker.errors]).toEqual([7, '']);
    expect(await stored(file)).toMatchObject([{ state: 'running', until: 0, attempts: 0 }]);
  });

  it('that handles the signal and goes on: the loop goes on', options, async () => {
    const { file, worker } = start('reloads', 300, 3);
    await worker.fact('started');
    worker.process.kill('SIGHUP');
    expect([await worker.ended, worker.errors]).toEqual([0, '']);
    expect(worker.facts).toContainEqual({ reloaded: true });
    expect((await stored(file)).map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
  });
});
