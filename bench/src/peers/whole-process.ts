import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runInChild, timeProcess } from '../child.ts';
import { median } from '../table.ts';
import { type Bench, both, type PeerRow } from './rows.ts';

const program = fileURLToPath(new URL('../whole-process/program.js', import.meta.url));
const pinned = { pinned: true } as const;

/** Medians of the milliseconds of whole processes. */
interface Times {
  readonly ours: number;
  readonly rustuna: number;
  readonly optuna: number;
}

/** Shares of the time that Optuna's import takes, which the import of Asktell and its first 100 trials may take. */
const shares = { import: 0.25, tpe: 0.45 };

/** What a user waits for: a process from its start to its end, on one core. */
export async function wholeProcessRows(bench: Bench): Promise<PeerRow[]> {
  const { peers, folder, scale } = bench;
  const runs = scale > 1 ? 5 : 15;
  /** The libraries take turns, so that a busy moment of the machine does not affect only one of them. */
  const measure = async (work: string, trials: number, rounds: number, optunaRounds = rounds): Promise<Times> => {
    const [ours, rustuna, optuna]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const file = (library: string): string[] => (work === 'resume' ? [join(folder, `resume-${library}.db`)] : []);
      const args = [work, String(trials)];
      ours.push(await timeProcess([process.execPath, program, ...args, ...file('ours')], pinned));
      rustuna.push(await peers.time('rustuna', [...args, ...file('rustuna')]));
      if (round < optunaRounds) optuna.push(await peers.time('optuna', [...args, ...file('optuna')]));
    }
    return { ours: median(ours), rustuna: median(rustuna), optuna: median(optuna) };
  };

  const bare = { node: [] as number[], python: [] as number[] };
  for (let round = 0; round < runs; round++) {
    bare.node.push(await timeProcess([process.execPath, '-e', ''], pinned));
    bare.python.push(await peers.time(null, []));
  }
  const [node, python] = [median(bare.node), median(bare.python)];
  const aboveBare = ({ ours, rustuna, optuna }: Times): Times => ({
    ours: ours - node,
    rustuna: rustuna - python,
    optuna: optuna - python,
  });
  const imported = aboveBare(await measure('nothing', 0, runs));
  const hundred = aboveBare(await measure('tpe', 100, runs, 3));
  const thousand = await measure('tpe', 1_000 / scale, 9, 1);
  const random = await measure('random', 10_000 / scale, 9, 3);

  const stored = 10_000 / scale;
  await runInChild({ kind: 'fill', path: join(folder, 'resume-ours.db'), trials: stored });
  await both((library) => copyFile(join(folder, 'resume-ours.db'), join(folder, `resume-${library}.db`)));
  const resumed = await measure('resume', 1, 9, 3);

  const overhead = `a bare process takes ${node.toFixed(0)} ms with Node and ${python.toFixed(0)} ms with Python`;
  const ofOptuna = (time: number): string =>
    `${(time / imported.optuna).toFixed(2)} of the ${imported.optuna.toFixed(0)} ms of Optuna's import`;
  const whole = `from the start of the process to its end; ${overhead}.`;
  return [
    {
      work: 'process: import, above the bare runtime',
      unit: 'ms',
      ...imported,
      target: { atMost: Math.round(shares.import * imported.optuna) },
      note: `median of ${runs} processes; ${overhead}. Ours: ${ofOptuna(imported.ours)}; the target is ${shares.import}.`,
    },
    {
      work: 'process: import, TPE, 100 × 5, above the bare runtime',
      unit: 'ms',
      ...hundred,
      target: { atMost: Math.round(shares.tpe * imported.optuna) },
      note: `median of ${runs} processes (3 of Optuna). Ours: ${ofOptuna(hundred.ours)}; the target is ${shares.tpe}.`,
    },
    {
      work: `whole process: TPE, ${(1_000 / scale).toLocaleString('en-US')} × 5`,
      unit: 'ms',
      ...thousand,
      target: { timesRustuna: 0.67 },
      note: whole,
    },
    {
      work: `whole process: random, ${(10_000 / scale).toLocaleString('en-US')} × 5`,
      unit: 'ms',
      ...random,
      target: null,
      note: whole,
    },
    {
      work: `whole process: resume ${stored.toLocaleString('en-US')} × 5 from SQLite, one TPE trial`,
      unit: 'ms',
      ...resumed,
      target: null,
      note: `${whole} The same file, written by us.`,
    },
  ];
}
