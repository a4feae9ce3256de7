import { join } from 'node:path';
import { inChild } from '../child.ts';
import { count, type Row } from '../table.ts';
import type { Stalls } from './measure.ts';
import type { Stretch } from './timed-driver.ts';

const processes = 8;

/** How long eight writers on one file keep their event loops from turning, and how much of that is our doing. */
export async function stalls(folder: string, scale: number): Promise<Row[]> {
  const path = join(folder, 'stalls.db');
  const total = 8_000 / scale;
  await inChild({ kind: 'fill', path, trials: 1 });
  const writers = await fleet(() => inChild<Stalls>({ kind: 'stall-worker', path, total }));
  const ms = Math.max(...writers.map(({ ended }) => ended)) - Math.min(...writers.map(({ began }) => began));
  const control = await fleet(() => inChild<Stalls>({ kind: 'stall-control', ms: Math.min(ms, 10_000) }));
  const rate = (writers.reduce((sum, { trials }) => sum + trials, 0) / ms) * 1000;
  const lockErrors = writers.reduce((sum, writer) => sum + writer.lockErrors, 0);
  const own = longest(writers, 'longestOwn', 'ownMs');
  const whole = longest(writers, 'longest', 'ms');
  return [
    {
      work: `longest synchronous call, ${processes} writers on one file`,
      result: `${own.ownMs.toFixed(1)} ms`,
      detail: `time of its own: without what the system gave to other processes; mostly ${name(own)}. On the clock: ${whole.ms.toFixed(1)} ms, mostly ${name(whole)}`,
    },
    {
      work: 'longest event-loop delay',
      result: `${worst(writers).toFixed(1)} ms`,
      detail: `medium process ${middle(writers).toFixed(1)} ms; an own loop turns every 5 ms; ${count(rate)} trials/s`,
    },
    {
      work: `control: ${processes} processes, the same trials in memory`,
      result: `${worst(control).toFixed(1)} ms`,
      detail: `longest event-loop delay; medium process ${middle(control).toFixed(1)} ms`,
    },
    { work: 'lock errors', result: String(lockErrors), detail: `in ${count(total)} trials` },
  ];
}

function fleet(start: () => Promise<Stalls>): Promise<Stalls[]> {
  return Promise.all(Array.from({ length: processes }, start));
}

function longest(all: readonly Stalls[], which: 'longest' | 'longestOwn', by: 'ms' | 'ownMs'): Stretch {
  const stretches = all.map((stalls) => stalls[which]).filter((stretch) => stretch !== null);
  return stretches.reduce((a, b) => (b[by] > a[by] ? b : a));
}

/** What took most of a stretch: a statement, or what is between them (garbage collection, compiling). */
function name({ ms, statement, statementMs }: Stretch): string {
  if (statementMs < ms / 2) return 'between its statements';
  return `${statement.split(/\s/).slice(0, 3).join(' ')} (${statementMs.toFixed(1)} ms)`;
}

function worst(all: readonly Stalls[]): number {
  return Math.max(...all.map(({ delay }) => delay));
}

function middle(all: readonly Stalls[]): number {
  return [...all].sort((a, b) => a.delay - b.delay)[all.length >> 1]?.delay as number;
}
