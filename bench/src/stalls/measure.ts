import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createStudy, isAsktellError, MemoryStorage, RandomSampler, type SqliteDriver, SqliteStorage } from 'asktell';
import { sumOfSquares } from '../objective.ts';
import { Stopwatch, type Stretch } from './timed-driver.ts';

/** What one writer, or one process of the control, has seen. Milliseconds. */
export interface Stalls {
  readonly trials: number;
  /** Longest delay of the event loop. */
  readonly delay: number;
  /** The synchronous stretch of the storage that took longest, and the one that took longest by itself. */
  readonly longest: Stretch | null;
  readonly longestOwn: Stretch | null;
  readonly lockErrors: number;
  /** Milliseconds since 1970 of first and last trial that counted. */
  readonly began: number;
  readonly ended: number;
}

const warmUp = 50;

/** One of several writers. The first load of the study and the first trials, which compile the code, do not count. */
export async function stallWorker({ path, total }: { path: string; total: number }): Promise<Stalls> {
  const stopwatch = new Stopwatch();
  // The storage opens the file itself, as it does for everybody, with this class.
  stopwatch.watch(createRequire(import.meta.url)('better-sqlite3') as { readonly prototype: SqliteDriver });
  const storage = new SqliteStorage(path);
  const study = await createStudy({
    name: 'bench',
    storage,
    sampler: new RandomSampler(),
    seed: 1,
    loadIfExists: true,
  });
  await study.optimize(sumOfSquares(5), { trials: warmUp });
  stopwatch.reset();
  let lockErrors = 0;
  const { trials, delay, began, ended } = await underWatch(async (objective) => {
    try {
      await study.optimize(objective, { trials: { total } });
    } catch (error) {
      if (!isAsktellError(error, 'storage-busy')) throw error;
      lockErrors++;
    }
  });
  const { longest, longestOwn } = stopwatch;
  await storage.close();
  return { trials, delay, longest, longestOwn, lockErrors, began, ended };
}

/** The same trials in memory for a while: what the operating system alone does to as many busy processes. */
export async function stallControl({ ms }: { ms: number }): Promise<Stalls> {
  const study = await createStudy({ storage: new MemoryStorage(), sampler: new RandomSampler(), seed: 1 });
  await study.optimize(sumOfSquares(5), { trials: warmUp });
  const seen = await underWatch((objective) => study.optimize(objective, { timeout: ms }));
  return { ...seen, longest: null, longestOwn: null, lockErrors: 0 };
}

async function underWatch(
  run: (objective: ReturnType<typeof sumOfSquares>) => Promise<void>,
): Promise<{ trials: number; delay: number; began: number; ended: number }> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  let trials = 0;
  const objective = sumOfSquares(5);
  delays.enable();
  const began = Date.now();
  await run((trial) => {
    trials++;
    return objective(trial);
  });
  const ended = Date.now();
  delays.disable();
  return { trials, delay: delays.max / 1e6, began, ended };
}
