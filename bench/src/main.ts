/**
 * `npm run bench [-- section …] [--quick]` measures speed and memory and prints a markdown table. Sections: memory, size,
 * sqlite, load, drivers, scale, pull, stalls, optimizer, numerics, decisions. Each measurement runs in a new process.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqliteLibrary } from 'asktell';
import { runInChild } from './child.ts';
import { decisions } from './decisions/section.ts';
import { numerics } from './numerics/section.ts';
import { optimizer } from './optimizer/section.ts';
import { stalls } from './stalls/section.ts';
import { count, formatTable, median, type Row } from './table.ts';

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const folder = await mkdtemp(join(tmpdir(), 'asktell-bench-'));

const scale = quick ? 10 : 1;

async function memory(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const dimensions of [5, 40]) {
    const trials = 10_000 / scale;
    const rates = await runInChild<number[]>({ kind: 'memory-speed', trials, dimensions, runs: 9 });
    const warm = rates.slice(3);
    rows.push({
      work: `random, in memory, ${count(trials)} × ${dimensions}`,
      result: `${count(median(warm))} trials/s`,
      detail: `median of ${warm.length} warm runs; best ${count(Math.max(...warm))}; first run, cold JIT: ${count(rates[0] as number)}`,
    });
  }
  const long = await runInChild<number[]>({ kind: 'memory-speed', trials: 200_000 / scale, dimensions: 5, runs: 1 });
  rows.push({
    work: `random, in memory, ${count(200_000 / scale)} × 5`,
    result: `${count(long[0] as number)} trials/s`,
    detail: 'one run, warm-up included',
  });
  return rows;
}

async function size(): Promise<Row[]> {
  const trials = 100_000 / scale;
  const { retained } = await runInChild<{ retained: number }>({ kind: 'memory-size', trials, dimensions: 5 });
  return [
    {
      work: `memory of a study of ${count(trials)} × 5`,
      result: `${(retained / 1e6).toFixed(1)} MB`,
      detail: `${Math.round(retained / trials)} bytes per trial`,
    },
  ];
}

async function sqlite(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [durability, trials] of [
    ['process', 20_000],
    ['power', 2_000],
  ] as const) {
    const rate = await runInChild<number>({
      kind: 'sqlite',
      path: join(folder, `${durability}.db`),
      trials: trials / scale,
      durability,
    });
    rows.push({
      work: `random, SQLite, × 5, one process, ${durability}-crash safe`,
      result: `${count(rate)} trials/s`,
      detail: `${count(trials / scale)} trials, one transaction per ask and per tell`,
    });
  }
  rows.push(await fleet());
  return rows;
}

async function fleet(): Promise<Row> {
  const path = join(folder, 'fleet.db');
  const total = 8_000 / scale;
  await runInChild({ kind: 'fill', path, trials: 1 });
  const started = performance.now();
  const workers = await Promise.all(
    Array.from({ length: 8 }, () =>
      runInChild<{ trials: number; stallMs: number }>({ kind: 'sqlite-worker', path, total }),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  const ran = workers.reduce((sum, worker) => sum + worker.trials, 0);
  const stall = Math.max(...workers.map((worker) => worker.stallMs));
  return {
    work: 'random, SQLite, × 5, 8 processes on one study',
    result: `${count(ran / seconds)} trials/s`,
    detail: `${ran} of ${total - 1} trials, including process startup; longest event-loop stall ${stall.toFixed(1)} ms`,
  };
}

async function load(): Promise<Row[]> {
  const path = join(folder, 'load.db');
  const trials = 10_000 / scale;
  await runInChild({ kind: 'fill', path, trials });
  const times = await runInChild<number[]>({ kind: 'load', path, runs: 7 });
  return [
    {
      work: `load a study of ${count(trials)} × 5 from SQLite`,
      result: `${median(times).toFixed(0)} ms`,
      detail: `median of ${times.length} loads in one process; first ${(times[0] as number).toFixed(0)} ms`,
    },
  ];
}

/** The SQLite libraries of this runtime. Their order in the storage follows from these rows. */
async function drivers(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const driver of await runInChild<SqliteLibrary[]>({ kind: 'libraries' })) {
    const path = join(folder, `driver-${rows.length}.db`);
    const trials = 10_000 / scale;
    const rate = await runInChild<number>({ kind: 'sqlite', path, trials, durability: 'process', driver });
    const times = await runInChild<number[]>({ kind: 'load', path, runs: 7, driver });
    rows.push({
      work: `${driver}: run and load ${count(trials)} × 5`,
      result: `${count(rate)} trials/s, ${median(times).toFixed(0)} ms`,
      detail: `random, one process, process-crash safe; first load ${(times[0] as number).toFixed(0)} ms`,
    });
  }
  return rows;
}

async function askTellScale(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const trials of [1_000, 10_000, 100_000].map((n) => n / scale)) {
    const memoryTime = await runInChild<number>({ kind: 'ask-tell-memory', trials, pairs: 2_000 });
    const path = join(folder, `scale-${trials}.db`);
    await runInChild({ kind: 'fill', path, trials });
    const sqliteTime = await runInChild<number>({ kind: 'ask-tell', path, pairs: 2_000 });
    rows.push({
      work: `ask + 5 suggests + tell at ${count(trials)} trials`,
      result: `${memoryTime.toFixed(1)} / ${sqliteTime.toFixed(1)} µs`,
      detail: 'in memory / SQLite, one trial at a time in an ask-and-tell loop',
    });
  }
  return rows;
}

async function pull(): Promise<Row[]> {
  const path = join(folder, 'pull.db');
  const trials = 100_000 / scale;
  await runInChild({ kind: 'fill', path, trials });
  const more = 6_000 / scale;
  const reader = runInChild<{ busy: number; idle: number; rows: number }>({ kind: 'pull', path, changes: more });
  const writers = Array.from({ length: 8 }, () => runInChild({ kind: 'sqlite-worker', path, total: trials + more }));
  const { busy, idle, rows } = await reader;
  await Promise.all(writers);
  return [
    {
      work: `pull of changes at ${count(trials)} trials, 8 writers`,
      result: `${busy.toFixed(0)} µs`,
      detail: `median; ${rows.toFixed(1)} changed trials per pull; an immediate second pull: ${idle.toFixed(1)} µs`,
    },
  ];
}

const sections: { readonly [name: string]: () => Promise<Row[]> } = {
  memory,
  size,
  sqlite,
  load,
  drivers,
  scale: askTellScale,
  pull,
  stalls: () => stalls(folder, scale),
  optimizer: () => optimizer(scale),
  numerics: () => numerics(scale),
  decisions: () => decisions(scale),
};

const rows: Row[] = [];
try {
  for (const [name, measure] of Object.entries(sections)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.error(`bench: ${name} …`);
    rows.push(...(await measure()));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, ${new Date().toISOString().slice(0, 10)}\n`,
);
console.log(formatTable(rows));
