import { join } from 'node:path';
import { runInChild } from '../child.ts';
import { count, type Row } from '../table.ts';
import type { Stalls } from './measure.ts';
import type { BlockingPeriod } from './timed-driver.ts';

const processes = 8;

/** Measures how long eight writers on one file block their event loops, with a control without a storage. */
export async function stalls(folder: string, scale: number): Promise<Row[]> {
  const path = join(folder, 'stalls.db');
  const total = 8_000 / scale;
  await runInChild({ kind: 'fill', path, trials: 1 });
  const writers = await fleet(() => runInChild<Stalls>({ kind: 'stall-worker', path, total }));
  const ms = Math.max(...writers.map(({ ended }) => ended)) - Math.min(...writers.map(({ began }) => began));
  const control = await fleet(() => runInChild<Stalls>({ kind: 'stall-control', ms: Math.min(ms, 10_000) }));
  const rate = (writers.reduce((sum, { trials }) => sum + trials, 0) / ms) * 1000;
  const lockErrors = writers.reduce((sum, writer) => sum + writer.lockErrors, 0);
  const own = longest(writers, 'longestOwn', 'ownMs');
  const whole = longest(writers, 'longest', 'ms');
  return [
    {
      work: `longest synchronous call, ${processes} writers on one file`,
      result: `${own.ownMs.toFixed(1)} ms`,
      detail: `without the time in the run queue; mostly ${name(own)}. Wall clock: ${whole.ms.toFixed(1)} ms, mostly ${name(whole)}`,
    },
    {
      work: 'longest event-loop delay',
      result: `${worst(writers).toFixed(1)} ms`,
      detail: `median of the processes ${middle(writers).toFixed(1)} ms; optimize yields to the event loop every 5 ms; ${count(rate)} trials/s`,
    },
    {
      work: `control: ${processes} processes, the same trials in memory`,
      result: `${worst(control).toFixed(1)} ms`,
      detail: `longest event-loop delay; median of the processes ${middle(control).toFixed(1)} ms`,
    },
    { work: 'lock errors', result: String(lockErrors), detail: `in ${count(total)} trials` },
  ];
}

function fleet(start: () => Promise<Stalls>): Promise<Stalls[]> {
  return Promise.all(Array.from({ length: processes }, start));
}

function longest(all: readonly Stalls[], which: 'longest' | 'longestOwn', by: 'ms' | 'ownMs'): BlockingPeriod {
  const periods = all.map((stalls) => stalls[which]).filter((period) => period !== null);
  return periods.reduce((a, b) => (b[by] > a[by] ? b : a));
}

/** The main cause of a blocking period: a statement, or the time between statements (garbage collection, compilation). */
function name({ ms, statement, statementMs }: BlockingPeriod): string {
  if (statementMs < ms / 2) return 'between its statements';
  return `${statement.split(/\s/).slice(0, 3).join(' ')} (${statementMs.toFixed(1)} ms)`;
}

function worst(all: readonly Stalls[]): number {
  return Math.max(...all.map(({ delay }) => delay));
}

function middle(all: readonly Stalls[]): number {
  return [...all].sort((a, b) => a.delay - b.delay)[all.length >> 1]?.delay as number;
}
