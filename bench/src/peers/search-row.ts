import { inChild } from '../child.ts';
import { median } from '../table.ts';
import type { Library } from './python.ts';
import type { Bench, PeerRow } from './rows.ts';

/** One sampler against the peers' of the same name. */
export interface Search {
  /** What the sampler is called in the table. */
  readonly title: string;
  /** Its name in our registry. */
  readonly ours: string;
  /** Its class in both peers; all run with their default options. */
  readonly theirs: string;
  readonly trials: number;
  readonly dimensions: number;
  readonly objectives: number;
  readonly timesRustuna: number;
  /** Where Optuna would take hours. */
  readonly withoutOptuna?: boolean;
  /** Seconds that Optuna's authors have published for the same work. */
  readonly published?: number;
}

/** How long a whole search in memory takes. */
export async function searchRow({ peers, scale }: Bench, search: Search): Promise<PeerRow> {
  const { dimensions, objectives } = search;
  const trials = search.trials / scale;
  const runs = trials > 20_000 ? 3 : 7;
  const seconds = await inChild<number[]>(
    { kind: 'search', sampler: search.ours, trials, dimensions, objectives, runs },
    { pinned: true },
  );
  const measure = async (library: Library, repeats: number): Promise<number> => {
    const task = { kind: 'search', sampler: search.theirs, trials, dimensions, objectives, runs: repeats } as const;
    return median(await peers.measure<number[]>(library, task, { pinned: true })) * 1000;
  };
  const rustuna = await measure('rustuna', trials > 20_000 ? 1 : 3);
  const cold = seconds[0] as number;
  const what = objectives === 1 ? '' : `, ${objectives} objectives`;
  return {
    work: `${search.title}, ${trials.toLocaleString('en-US')} × ${dimensions} parameters${what}, in memory`,
    unit: 'ms',
    ours: median(seconds.slice(1)) * 1000,
    rustuna,
    optuna: search.withoutOptuna === true ? null : await measure('optuna', 1),
    target: { timesRustuna: search.timesRustuna },
    note: `ours: median of runs 2–${runs} in one process; the first one, compiler cold, took ${Math.round(cold * 1000).toLocaleString('en-US')} ms.${search.withoutOptuna === true ? ' Optuna was left out: it would take an hour or more.' : ''}${search.published === undefined ? '' : ` Published for it, on another machine: ${search.published.toLocaleString('en-US')} s.`}`,
  };
}
