import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkerProcess } from '../../../../tests/worker-process.ts';
import { loadStudy } from '../index.ts';

const script = new URL('life.test.mjs', import.meta.url);
const folder = mkdtempSync(join(tmpdir(), 'asktell-crash-limit-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a worker again and again until it ends by itself. Resolves to the number of deaths. */
async function supervise(task: string, file: string): Promise<number> {
  for (let deaths = 0; ; deaths++) {
    expect(deaths).toBeLessThan(10);
    const worker = new WorkerProcess(script, [task, file]);
    const end = await worker.ended;
    if (end === 'SIGKILL') continue;
    expect([end, worker.facts.at(-1)]).toEqual([0, { done: true }]);
    return deaths;
  }
}

describe.each([
  ['grid', [1, 4]],
  ['tpe', [1, 4]],
  ['take', [1, 4]],
  ['bruteForce', [1, 4]],
  ['defineByRun', [1]], // Several workers may try a point at the same time before its last parameter is stored.
] as const)('a cell that kills its process (%s)', (task, counts) => {
  it.each(counts)(
    'costs three deaths, and the other eleven are measured (%i workers)',
    {
      timeout: 300_000,
    },
    async (workers) => {
      const file = join(folder, `${task}-${workers}.db`);
      const deaths = await Promise.all(Array.from({ length: workers }, () => supervise(task, file)));
      expect(deaths.reduce((a, b) => a + b)).toBe(3);
      const study = await loadStudy({ storage: file });
      const trials = await study.trials();
      await study.close();
      const crashed = trials.filter(({ failure }) => failure?.code === 'crashed');
      expect(crashed.map(({ params }) => params)).toEqual([{ a: 2, b: 3 }]);
      const complete = trials.filter(({ state }) => state === 'complete');
      expect(new Set(complete.map(({ params }) => JSON.stringify(params))).size).toBe(11);
      expect(trials.map(({ state }) => state).filter((state) => state === 'running' || state === 'waiting')).toEqual(
        [],
      );
      expect(trials).toHaveLength(12);
    },
  );
});
