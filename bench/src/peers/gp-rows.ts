import { runInChild } from '../child.ts';
import type { Bench, PeerRow } from './rows.ts';

/** Targets of an ask in milliseconds or as a factor to Optuna, by number of parameters and of finished trials. */
const asks = [
  { dimensions: 5, finished: 100, target: { timesOptuna: 10 } },
  { dimensions: 5, finished: 300, target: { timesOptuna: 10 } },
  { dimensions: 20, finished: 300, target: { atMost: 500 } },
  { dimensions: 20, finished: 1_000, target: { atMost: 500 } },
] as const;

const studies = [
  { trials: 100, atMost: 6 },
  { trials: 200, atMost: 12 },
] as const;

const missing =
  'Optuna was not measured, because its GPSampler needs torch, scipy and, to be fast, greenlet. Install them in its Python.';

/**
 * Milliseconds of an ask of GP samplers with its tell. Rustuna has no GP. Optuna's needs torch, which is too large to install
 * for a few rows: it is measured if its Python has torch. It must have greenlet, too. Without it Optuna optimizes the acquisition
 * function from one start after the other, which takes three times as long.
 */
export async function gpRows({ peers, scale }: Bench): Promise<PeerRow[]> {
  const hasGp = await peers.measure<boolean>('optuna', { kind: 'has_gp' });
  const rows: PeerRow[] = [];
  for (const { dimensions, finished, target } of asks) {
    const after = Math.ceil(finished / scale);
    const task = { finished: [after], dimensions } as const;
    const [ours] = await runInChild<number[]>({ kind: 'ask-cost', sampler: 'gp', ...task, asks: 40 }, { pinned: true });
    const isMeasured = hasGp && dimensions === 5;
    const theirs = isMeasured
      ? await peers.measure<number[]>(
          'optuna',
          { kind: 'ask_cost', sampler: 'GPSampler', ...task, asks: 5 },
          { pinned: true },
        )
      : null;
    rows.push({
      work: `GP, an ask with ${dimensions} suggests and its tell after ${after.toLocaleString('en-US')} random trials`,
      unit: 'ms',
      ours: ours as number,
      rustuna: null,
      optuna: theirs === null ? null : (theirs[0] as number),
      target,
      note: `ours: mean of 40 asks, in which models are fitted as often as in any study${isMeasured ? ', Optuna 5' : ''}. ${hasGp ? '' : missing}`.trim(),
    });
  }
  for (const { trials, atMost } of studies) {
    const count = Math.ceil(trials / scale);
    const seconds = await runInChild<number[]>(
      {
        kind: 'search',
        sampler: 'gp',
        options: {},
        trials: count,
        dimensions: 5,
        mixed: false,
        objectives: 1,
        runs: 5,
      },
      { pinned: true },
    );
    const [cold = 0, ...warm] = seconds.map((s) => (s * 1000) / count);
    rows.push({
      work: `GP, a trial of a study of ${count.toLocaleString('en-US')} × 5 parameters`,
      unit: 'ms',
      ours: warm.reduce((sum, ms) => sum + ms / warm.length, 0),
      rustuna: null,
      optuna: null,
      target: { atMost },
      note: `ours: mean over all trials of 4 studies; in the first study, with a cold JIT, ${cold.toFixed(1)} ms.`,
    });
  }
  return rows;
}
