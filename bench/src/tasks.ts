import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  createStudy,
  isAsktellError,
  loadStudy,
  MemoryStorage,
  RandomSampler,
  type SqliteLibrary,
  SqliteStorage,
  type SqliteStorageOptions,
  type Study,
} from 'asktell';
import { type DecisionTask, measureDecisions } from './decisions/measure.ts';
import { measureNumerics, type NumericsTask } from './numerics/measure.ts';
import { sumOfSquares } from './objective.ts';
import { measureOptimizer, type OptimizerTask } from './optimizer/measure.ts';
import { type AskCostTask, askCost, type SearchTask, search } from './search.ts';
import { stallControl, stallWorker } from './stalls/measure.ts';

/** A measurement in a child process. The process prints the result as JSON on its last line. */
export type Task =
  | { readonly kind: 'memory-speed'; readonly trials: number; readonly dimensions: number; readonly runs: number }
  | { readonly kind: 'memory-size'; readonly trials: number; readonly dimensions: number }
  | SearchTask
  | AskCostTask
  | {
      readonly kind: 'sqlite';
      readonly path: string;
      readonly trials: number;
      readonly durability: 'process' | 'power';
      readonly driver?: SqliteLibrary;
    }
  | { readonly kind: 'sqlite-worker'; readonly path: string; readonly total: number }
  | { readonly kind: 'load'; readonly path: string; readonly runs: number; readonly driver?: SqliteLibrary }
  | { readonly kind: 'libraries' }
  | { readonly kind: 'fill'; readonly path: string; readonly trials: number }
  | { readonly kind: 'ask-tell'; readonly path: string; readonly pairs: number }
  | OptimizerTask
  | NumericsTask
  | ({ readonly kind: 'decisions' } & DecisionTask)
  | { readonly kind: 'ask-tell-memory'; readonly trials: number; readonly pairs: number }
  | { readonly kind: 'stall-worker'; readonly path: string; readonly total: number }
  | { readonly kind: 'stall-control'; readonly ms: number }
  | { readonly kind: 'pull'; readonly path: string; readonly changes: number };

const sampler = (): RandomSampler => new RandomSampler();

/** Performs a task and returns its result. */
export async function perform(task: Task): Promise<unknown> {
  switch (task.kind) {
    case 'memory-speed':
      return memorySpeed(task);
    case 'memory-size':
      return memorySize(task);
    case 'search':
      return search(task);
    case 'ask-cost':
      return askCost(task);
    case 'sqlite':
      return sqliteSpeed(task);
    case 'sqlite-worker':
      return sqliteWorker(task);
    case 'load':
      return load(task);
    case 'libraries':
      return libraries();
    case 'fill':
      return fill(task.path, task.trials);
    case 'ask-tell':
      return askTell(await open(task.path), task.pairs);
    case 'ask-tell-memory':
      return askTellMemory(task);
    case 'optimizer':
      return measureOptimizer(task);
    case 'numerics':
      return measureNumerics(task);
    case 'decisions':
      return measureDecisions(task);
    case 'stall-worker':
      return stallWorker(task);
    case 'stall-control':
      return stallControl(task);
    case 'pull':
      return pull(task);
  }
}

/** Trials per second of each run. The JIT is cold in the first run. */
async function memorySpeed(task: { trials: number; dimensions: number; runs: number }): Promise<number[]> {
  const rates: number[] = [];
  for (let run = 0; run < task.runs; run++) {
    const study = await createStudy({ storage: new MemoryStorage(), sampler: sampler(), seed: run });
    const started = performance.now();
    await study.optimize(sumOfSquares(task.dimensions), { trials: task.trials });
    rates.push((task.trials / (performance.now() - started)) * 1000);
  }
  return rates;
}

/**
 * Measures `retained`, the bytes that the trials of a study retain after a garbage collection, and `resident`, the growth of
 * the process including garbage.
 */
async function memorySize(task: {
  trials: number;
  dimensions: number;
}): Promise<{ retained: number; resident: number }> {
  const warm = await createStudy({ sampler: sampler(), seed: 1 });
  await warm.optimize(sumOfSquares(task.dimensions), { trials: 1000 });
  const study = await createStudy({ sampler: sampler(), seed: 1 });
  const before = retained();
  const residentBefore = process.memoryUsage.rss();
  await study.optimize(sumOfSquares(task.dimensions), { trials: task.trials });
  const resident = process.memoryUsage.rss() - residentBefore;
  const after = retained();
  if (study.history.size !== task.trials) throw new Error(`the study must have ${task.trials} trials`);
  return { retained: after - before, resident };
}

function retained(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('start node with --expose-gc');
  collect();
  collect();
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return heapUsed + Math.max(arrayBuffers, external);
}

async function open(path: string): Promise<Study> {
  return createStudy({
    name: 'bench',
    storage: new SqliteStorage(path),
    sampler: sampler(),
    seed: 1,
    loadIfExists: true,
  });
}

async function sqliteSpeed(
  task: Required<Pick<SqliteStorageOptions, 'durability'>> & DriverOption & { path: string; trials: number },
): Promise<number> {
  const storage = new SqliteStorage(task.path, { durability: task.durability, ...chosen(task) });
  const study = await createStudy({ name: 'bench', storage, sampler: sampler(), seed: 1 });
  await study.optimize(sumOfSquares(5), { trials: Math.ceil(task.trials / 10) });
  const started = performance.now();
  await study.optimize(sumOfSquares(5), { trials: task.trials });
  const rate = (task.trials / (performance.now() - started)) * 1000;
  await storage.close();
  return rate;
}

type DriverOption = Pick<SqliteStorageOptions, 'driver'>;

function chosen({ driver }: DriverOption): DriverOption {
  return driver === undefined ? {} : { driver };
}

/** The SQLite libraries that this runtime can load. */
async function libraries(): Promise<SqliteLibrary[]> {
  const found: SqliteLibrary[] = [];
  for (const driver of ['better-sqlite3', 'node:sqlite', 'bun:sqlite'] as const) {
    const storage = new SqliteStorage(':memory:', { driver });
    try {
      await storage.listStudies();
      found.push(driver);
    } catch (error) {
      if (!isAsktellError(error, 'missing-dependency')) throw error;
    } finally {
      await storage.close();
    }
  }
  return found;
}

/** The result of one of several processes on one study. */
export interface WorkerResult {
  readonly trials: number;
  /** The longest event-loop stall in milliseconds. */
  readonly stallMs: number;
  /** Start and end in seconds since 1970, without the startup of the process. */
  readonly began: number;
  readonly ended: number;
}

async function sqliteWorker(task: { path: string; total: number }): Promise<WorkerResult> {
  const storage = new SqliteStorage(task.path);
  const study = await createStudy({ name: 'bench', storage, sampler: sampler(), seed: 1, loadIfExists: true });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const began = Date.now() / 1000;
  let trials = 0;
  const objective = sumOfSquares(5);
  await study.optimize(
    (trial) => {
      trials++;
      return objective(trial);
    },
    { trials: { total: task.total } },
  );
  delays.disable();
  const ended = Date.now() / 1000;
  await storage.close();
  return { trials, began, ended, stallMs: delays.max / 1e6 };
}

/** Milliseconds to load the whole study into the history, with a new connection for each run. */
async function load(task: { path: string; runs: number } & DriverOption): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < task.runs; run++) {
    const storage = new SqliteStorage(task.path, chosen(task));
    const started = performance.now();
    const study = await loadStudy({ name: 'bench', storage });
    await study.bestTrial();
    times.push(performance.now() - started);
    await storage.close();
  }
  return times;
}

async function fill(path: string, trials: number): Promise<number> {
  const storage = new SqliteStorage(path);
  const study = await createStudy({ name: 'bench', storage, sampler: sampler(), seed: 1, loadIfExists: true });
  await study.optimize(sumOfSquares(5), { trials: { total: trials } });
  const { size } = study.history;
  await storage.close();
  return size;
}

/** Microseconds of one ask + 5 suggests + tell in a loop, after a warm-up. */
async function askTell(study: Study, pairs: number): Promise<number> {
  await study.bestTrial();
  const objective = sumOfSquares(5);
  let elapsed = 0;
  for (let pair = 0; pair < pairs * 2; pair++) {
    if (pair === pairs) elapsed = -performance.now();
    const trial = await study.ask();
    await study.tell(trial, objective(trial));
  }
  elapsed += performance.now();
  await study.storage.close();
  return (elapsed / pairs) * 1000;
}

async function askTellMemory(task: { trials: number; pairs: number }): Promise<number> {
  const study = await createStudy({ sampler: sampler(), seed: 1 });
  await study.optimize(sumOfSquares(5), { trials: task.trials });
  return askTell(study, task.pairs);
}

/** Microseconds of a pull while other processes write: the medians of pulls with changes and of pulls without. */
async function pull(task: { path: string; changes: number }): Promise<{ busy: number; idle: number; rows: number }> {
  const storage = new SqliteStorage(task.path);
  const record = await storage.findStudy('bench');
  if (record === undefined) throw new Error('no study to pull');
  let { cursor } = await storage.pull(record.ref, null);
  const busy: number[] = [];
  const idle: number[] = [];
  let rows = 0;
  let last = performance.now();
  // The writers may finish before this process has loaded the study. The loop then stops after 5 s without changes.
  while (rows < task.changes && performance.now() - last < 5_000) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const started = performance.now();
    const delta = await storage.pull(record.ref, cursor);
    const middle = performance.now();
    cursor = (await storage.pull(record.ref, delta.cursor)).cursor;
    if (delta.trials.length === 0) continue;
    last = middle;
    busy.push(middle - started);
    idle.push(performance.now() - middle);
    rows += delta.trials.length;
  }
  await storage.close();
  const median = (values: number[]): number => (values.sort((a, b) => a - b)[values.length >> 1] as number) * 1000;
  return { busy: median(busy), idle: median(idle), rows: rows / busy.length };
}
