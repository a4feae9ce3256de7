import { createRequire } from 'node:module';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createStudy, isAsktellError, MemoryStorage, RandomSampler, type SqliteDriver, SqliteStorage } from 'asktell';
import { sumOfSquares } from '../objective.ts';
import { type BlockingPeriod, Stopwatch } from './timed-driver.ts';

/** The stalls of one writer or one control process. Times in milliseconds. */
export interface Stalls {
  readonly trials: number;
  /** Longest delay of the event loop. */
  readonly delay: number;
  /** The longest blocking period of the storage on the wall clock. */
  readonly longest: BlockingPeriod | null;
  /** The longest blocking period without the time in the run queue. */
  readonly longestOwn: BlockingPeriod | null;
  readonly lockErrors: number;
  /** Milliseconds since 1970 of the first and last measured trial. */
  readonly began: number;
  readonly ended: number;
}

const warmUp = 50;

/** Runs one of several writers. The first load of the study and the warm-up trials are not measured. */
export async function stallWorker({ path, total }: { path: string; total: number }): Promise<Stalls> {
  const stopwatch = new Stopwatch();
  // SqliteStorage opens the file with this class.
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
  const { trials, delay, began, ended } = await observe(async (objective) => {
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

/** Runs the same trials in memory for `ms`. Its stalls are caused by the operating system, not by the storage. */
export async function stallControl({ ms }: { ms: number }): Promise<Stalls> {
  const study = await createStudy({ storage: new MemoryStorage(), sampler: new RandomSampler(), seed: 1 });
  await study.optimize(sumOfSquares(5), { trials: warmUp });
  const seen = await observe((objective) => study.optimize(objective, { timeout: ms }));
  return { ...seen, longest: null, longestOwn: null, lockErrors: 0 };
}

async function observe(
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
