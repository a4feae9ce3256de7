import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInChild } from '../child.ts';
import { median } from '../table.ts';
import type { WorkerResult } from '../tasks.ts';
import type { Library, Peers } from './python.ts';

/** The results of the same work in all three libraries, in the unit of the row. */
export interface PeerRow {
  readonly work: string;
  readonly unit: 'trials/s' | 'MB' | 'ms';
  readonly ours: number;
  /** `null` if not measured. */
  readonly rustuna: number | null;
  /** `null` if not measured. */
  readonly optuna: number | null;
  /** The target: a factor relative to a peer, a minimum rate, or a maximum in the unit of the row. */
  readonly target:
    | { readonly timesRustuna: number }
    | { readonly timesOptuna: number }
    | { readonly atLeast: number }
    | { readonly atMost: number };
  /** Details of the measurement. */
  readonly note: string;
}

/** The context of a peer measurement. */
export interface Bench {
  readonly peers: Peers;
  readonly folder: string;
  /** Divisor of the amount of work. */
  readonly scale: number;
}

const libraries = ['rustuna', 'optuna'] as const;

/** Runs `measure` for both peers, one after the other. */
async function both<T>(measure: (library: Library) => Promise<T>): Promise<Record<Library, T>> {
  const [rustuna, optuna] = libraries;
  return { rustuna: await measure(rustuna), optuna: await measure(optuna) };
}

/** Trials per second in memory. */
export async function memorySpeed({ peers, scale }: Bench, dimensions: number, optunaRuns: number): Promise<PeerRow> {
  const trials = 10_000 / scale;
  // A run takes 30 to 130 ms. With few runs, the number of garbage collections would dominate the median.
  const rates = await runInChild<number[]>({ kind: 'memory-speed', trials, dimensions, runs: 24 }, { pinned: true });
  const theirs = await both((library) =>
    peers.measure<number[]>(
      library,
      { kind: 'memory_speed', trials, dimensions, runs: library === 'optuna' ? optunaRuns : 21 },
      { pinned: true },
    ),
  );
  const cold = rates[0] as number;
  return {
    work: `random, ${trials.toLocaleString('en-US')} × ${dimensions} parameters, in memory`,
    unit: 'trials/s',
    ours: median(rates.slice(3)),
    rustuna: median(theirs.rustuna),
    optuna: median(theirs.optuna),
    target: { timesRustuna: 1 },
    note: `ours: median of runs 4–24 in one process. Our first run, with a cold JIT: ${Math.round(cold).toLocaleString('en-US')} trials/s, ${(cold / (theirs.rustuna[0] as number)).toFixed(2)} × Rustuna's first. The peers have no JIT: median of 21 runs of Rustuna, ${optunaRuns} of Optuna.`,
  };
}

/** Memory of a study. */
export async function memorySize({ peers, scale }: Bench): Promise<PeerRow> {
  const trials = 100_000 / scale;
  const { retained, resident } = await runInChild<{ retained: number; resident: number }>(
    { kind: 'memory-size', trials, dimensions: 5 },
    { pinned: true },
  );
  const theirs = await both((library) =>
    peers.measure<number>(library, { kind: 'memory_size', trials, dimensions: 5 }, { pinned: true }),
  );
  return {
    work: `memory of a study of ${trials.toLocaleString('en-US')} × 5`,
    unit: 'MB',
    ours: retained / 1e6,
    rustuna: theirs.rustuna / 1e6,
    optuna: theirs.optuna / 1e6,
    target: { timesRustuna: 3 },
    note: `ours: bytes retained after a garbage collection (the process grew by ${(resident / 1e6).toFixed(0)} MB, including garbage); the peers: growth of the resident set.`,
  };
}

/** Trials per second in SQLite. Pass `theirs` to reuse the measurement of the peers. */
export async function sqlite(
  { peers, folder, scale }: Bench,
  theirs: Record<Library, number> | null,
  durability: 'process' | 'power',
): Promise<{ row: PeerRow; theirs: Record<Library, number> }> {
  const trials = (durability === 'process' ? 20_000 : 2_000) / scale;
  const path = join(folder, `${durability}.db`);
  const ours = await runInChild<number>({ kind: 'sqlite', path, trials, durability }, { pinned: true });
  const measured =
    theirs ??
    (await both((library) =>
      peers.measure<number>(
        library,
        { kind: 'sqlite', path: join(folder, `${library}.db`), trials: library === 'optuna' ? 150 : 500 },
        { pinned: true },
      ),
    ));
  const row: PeerRow = {
    work: `SQLite, × 5, one process, ${durability === 'process' ? 'process-crash' : 'power-loss'} safe`,
    unit: 'trials/s',
    ours,
    ...measured,
    target: { atLeast: durability === 'process' ? 4_500 : 450 },
    note:
      durability === 'process'
        ? `our default. The peers only have a power-loss safe mode; 500 trials of Rustuna, 150 of Optuna, ${trials.toLocaleString('en-US')} of ours.`
        : 'equal durability: every ask and tell waits for the disk. The measurement of the peers is the one above.',
  };
  return { row, theirs: measured };
}

/** Trials per second of eight processes on one study. */
export async function fleet({ peers, folder, scale }: Bench): Promise<PeerRow> {
  const total = 8_000 / scale;
  const path = join(folder, 'fleet.db');
  await runInChild({ kind: 'fill', path, trials: 1 });
  const workers = await Promise.all(
    Array.from({ length: 8 }, () => runInChild<WorkerResult>({ kind: 'sqlite-worker', path, total })),
  );
  const ran = workers.reduce((sum, { trials }) => sum + trials, 0);
  if (ran !== total - 1) throw new Error(`the processes ran ${ran} trials, not ${total - 1}`);
  let errors = '';
  const theirs = await both(async (library) => {
    const shared = join(folder, `fleet-${library}.db`);
    await peers.measure(library, { kind: 'sqlite', path: shared, trials: 1 });
    const trials = library === 'optuna' ? 20 : 60;
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        peers.measure<Span & { errors: number; refused: number }>(library, { kind: 'worker', path: shared, trials }),
      ),
    );
    const failed = results.reduce((sum, result) => sum + result.errors, 0);
    const refused = results.reduce((sum, result) => sum + result.refused, 0);
    errors += `; errors of ${library === 'optuna' ? 'Optuna' : 'Rustuna'}: ${failed} of ${8 * trials} trials${refused > 0 ? `, and ${refused} failed attempts to open the file` : ''}`;
    return (8 * trials - failed) / seconds(results);
  });
  return {
    work: 'SQLite, × 5, 8 processes on one study',
    unit: 'trials/s',
    ours: ran / seconds(workers),
    ...theirs,
    target: { atLeast: 1_000 },
    note: `from the first trial of any worker to the last one, on all cores; our errors: 0 of ${ran} trials${errors}. Default durability.`,
  };
}

interface Span {
  readonly began: number;
  readonly ended: number;
}

function seconds(spans: readonly Span[]): number {
  return Math.max(...spans.map(({ ended }) => ended)) - Math.min(...spans.map(({ began }) => began));
}

/** Milliseconds to load a study from SQLite. */
export async function load({ peers, folder, scale }: Bench): Promise<PeerRow> {
  const path = join(folder, 'load.db');
  const trials = 10_000 / scale;
  await runInChild({ kind: 'fill', path, trials });
  // Each peer gets a copy, because Rustuna adds a column when it opens a file.
  for (const library of libraries) await copyFile(path, join(folder, `load-${library}.db`));
  const times = await runInChild<number[]>({ kind: 'load', path, runs: 9 }, { pinned: true });
  const theirs = await both((library) =>
    peers.measure<number[]>(
      library,
      { kind: 'load', path: join(folder, `load-${library}.db`), runs: library === 'optuna' ? 3 : 5 },
      { pinned: true },
    ),
  );
  const cold = times[0] as number;
  return {
    work: `load a study of ${trials.toLocaleString('en-US')} × 5 from SQLite`,
    unit: 'ms',
    ours: median(times.slice(2)),
    rustuna: median(theirs.rustuna) * 1000,
    optuna: median(theirs.optuna) * 1000,
    target: { timesRustuna: 1 },
    note: `the same file, written by us; until all trials are in memory and the best one is known, with a new connection for each run. Our first load, with a cold JIT: ${cold.toFixed(0)} ms (Rustuna's first: ${((theirs.rustuna[0] as number) * 1000).toFixed(0)} ms).`,
  };
}
