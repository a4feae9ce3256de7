/**
 * Two worker processes share a study in an SQLite file and a total budget. Trial numbers are unique and have no gaps. Both
 * workers stop when the study has the total number of trials.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createStudy, float, loadStudy } from 'asktell';
import { table } from './support/table.ts';

const total = Number(process.env['ASKTELL_EXAMPLE_TRIALS'] ?? 40);
const [, , role, file = ''] = process.argv;
if (role === 'worker') await work();
else await coordinate();

/** Runs a worker. The sampler, the space and the seed are stored in the study. */
async function work(): Promise<void> {
  const study = await loadStudy({ name: 'shared', storage: file });
  await study.optimize(
    async (trial) => {
      await trial.setUserAttr('worker', process.pid);
      const { x, y } = trial.params as { x: number; y: number };
      await sleep(10); // simulates a slow measurement
      return (1 - x) ** 2 + 100 * (y - x ** 2) ** 2;
    },
    { trials: { total } },
  );
  await study.close();
}

async function coordinate(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'asktell-'));
  try {
    const storage = join(folder, 'shared.db');
    const study = await createStudy({ name: 'shared', storage, seed: 1, space: { x: float(-2, 2), y: float(-1, 3) } });
    const workers = ['first', 'second'].map(() =>
      spawn(process.execPath, [fileURLToPath(import.meta.url), 'worker', storage], { stdio: 'inherit' }),
    );
    const codes = await Promise.all(workers.map(async (worker) => (await once(worker, 'exit'))[0] as number | null));
    if (codes.some((code) => code !== 0)) throw new Error(`A worker failed: exit codes ${codes.join(', ')}`);

    const trials = await study.trials();
    console.log(
      table(
        workers.map(({ pid }, i) => {
          const own = trials.filter((trial) => trial.userAttrs['worker'] === pid);
          return {
            worker: i === 0 ? 'first' : 'second',
            trials: own.length,
            best: Math.min(...own.map((trial) => trial.value as number)).toPrecision(3),
          };
        }),
      ),
    );
    const gapless = trials.every((trial, i) => trial.number === i && trial.state === 'complete');
    console.log(`${trials.length} trials, numbered ${gapless ? `0 to ${trials.length - 1} without a gap` : 'wrongly'}`);
    console.log('best', await study.bestParams());
    await study.close();
  } finally {
    await rm(folder, { recursive: true });
  }
}
