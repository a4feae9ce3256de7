import type { Json } from 'asktell';
import { runInChild } from '../child.ts';
import { median } from '../table.ts';
import type { Library } from './python.ts';
import type { Bench, PeerRow } from './rows.ts';

/** A comparison of one sampler with the corresponding samplers of the peers. */
export interface Search {
  /** Name of the sampler in the table. */
  readonly title: string;
  /** Registry name of our sampler. */
  readonly ours: string;
  /** Options of our sampler. The peers run with their defaults. */
  readonly options?: Json;
  /** Class name in both peers. */
  readonly theirs: string;
  readonly trials: number;
  readonly dimensions: number;
  readonly mixed?: boolean;
  readonly objectives: number;
  readonly timesRustuna: number;
  /** Whether to skip Optuna, where it would take hours. */
  readonly withoutOptuna?: boolean;
  /** Time in seconds that Optuna's authors have published for the same work. */
  readonly published?: number;
}

/** Milliseconds of a whole search in memory. */
export async function searchRow({ peers, scale }: Bench, search: Search): Promise<PeerRow> {
  const { dimensions, objectives, mixed = false, options = {} } = search;
  const trials = search.trials / scale;
  // The JIT compiles during the first runs. The process has one core, so compilation time is part of their times.
  const [runs, cold] = trials > 20_000 ? [3, 1] : [9, 3];
  const seconds = await runInChild<number[]>(
    { kind: 'search', sampler: search.ours, options, trials, dimensions, mixed, objectives, runs },
    { pinned: true },
  );
  const measure = async (library: Library, repeats: number): Promise<number> => {
    const task = {
      kind: 'search',
      sampler: search.theirs,
      trials,
      dimensions,
      mixed,
      objectives,
      runs: repeats,
    } as const;
    return median(await peers.measure<number[]>(library, task, { pinned: true })) * 1000;
  };
  const rustuna = await measure('rustuna', trials > 20_000 ? 1 : 3);
  const first = seconds[0] as number;
  const what = `${mixed ? ' mixed' : ''} parameters${objectives === 1 ? '' : `, ${objectives} objectives`}`;
  return {
    work: `${search.title}, ${trials.toLocaleString('en-US')} × ${dimensions}${what}, in memory`,
    unit: 'ms',
    ours: median(seconds.slice(cold)) * 1000,
    rustuna,
    optuna: search.withoutOptuna === true ? null : await measure('optuna', 1),
    target: { timesRustuna: search.timesRustuna },
    note: `ours: median of runs ${cold + 1}–${runs} in one process; the first one, with a cold JIT, took ${Math.round(first * 1000).toLocaleString('en-US')} ms.${search.withoutOptuna === true ? ' Optuna was not measured, because it would take an hour or more.' : ''}${search.published === undefined ? '' : ` Published for Optuna, on another machine: ${search.published.toLocaleString('en-US')} s.`}`,
  };
}

/** Milliseconds of an ask with five suggests and its tell, after each number of random trials. */
export async function askCostRows({ peers, scale }: Bench, finished: readonly number[]): Promise<PeerRow[]> {
  const after = finished.map((n) => n / scale);
  const dimensions = 5;
  const ours = await runInChild<number[]>(
    { kind: 'ask-cost', sampler: 'tpe', finished: after, dimensions, asks: 1000 },
    { pinned: true },
  );
  const measure = (library: Library, asks: number): Promise<number[]> =>
    peers.measure<number[]>(
      library,
      { kind: 'ask_cost', sampler: 'TPESampler', finished: after, dimensions, asks },
      { pinned: true },
    );
  const rustuna = await measure('rustuna', 50);
  const optuna = await measure('optuna', 5);
  return after.map((n, i) => ({
    work: `TPE, an ask with 5 suggests and its tell after ${n.toLocaleString('en-US')} random trials`,
    unit: 'ms',
    ours: ours[i] as number,
    rustuna: rustuna[i] as number,
    optuna: optuna[i] as number,
    target: { atMost: 0.2 },
    note: 'ours: mean of 1,000 asks, Rustuna 50, Optuna 5.',
  }));
}
