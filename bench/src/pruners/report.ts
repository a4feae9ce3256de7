import { mannWhitney } from '../quality/statistics/mann-whitney.ts';
import { markdownTable, median } from '../table.ts';
import { bestAfter, checkpoints, type PrunerRun, type PrunerSpec } from './run.ts';
import type { CurveTable } from './tables/curve-table.ts';

/** The runs of one pruner on one table, by seed. */
export interface Entry {
  readonly spec: PrunerSpec;
  readonly runs: readonly PrunerRun[];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Regrets of one table: 0 is the best configuration of the table, 1 the median one. "+" and "−": significantly better
 * or worse than our TPE without pruning (Mann–Whitney, p < 0.05).
 */
export function tableReport(table: CurveTable, entries: readonly Entry[]): string {
  const finals = table.finals();
  const [least, middle] = [finals[0] as number, finals[finals.length >> 1] as number];
  const regret = (run: PrunerRun, steps: number): number =>
    Math.min(1, (bestAfter(run, steps) - least) / (middle - least));
  const plain = entries.find(({ spec }) => spec.side === 'asktell' && spec.name === 'nop') as Entry;
  const last = checkpoints.at(-1) as number;
  const goal = mean(plain.runs.map((run) => regret(run, last)));
  const stepsTo = (runs: readonly PrunerRun[]): number | null =>
    firstAt((steps) => mean(runs.map((run) => regret(run, steps))) <= goal, last);
  const plainSteps = stepsTo(plain.runs) as number;
  const rows = entries.map(({ spec, runs }) => {
    const cells = checkpoints.map((steps) => {
      const values = runs.map((run) => regret(run, steps));
      const others = plain.runs.map((run) => regret(run, steps));
      const { p } = mannWhitney(values, others);
      const sign = p >= 0.05 || runs === plain.runs ? '' : mean(values) < mean(others) ? ' +' : ' −';
      return `${mean(values).toFixed(3)}${sign}`;
    });
    const reached = stepsTo(runs);
    const speed = reached === null ? '–' : `${(plainSteps / reached).toFixed(1)}×`;
    const pruned = mean(runs.map((run) => run.pruned / run.trials));
    return [
      spec.label,
      ...cells,
      speed,
      mean(runs.map((run) => run.trials)).toFixed(0),
      `${(100 * pruned).toFixed(0)} %`,
      median(runs.map((run) => run.seconds)).toFixed(2),
    ];
  });
  const head = ['pruner', ...checkpoints.map(String), 'speed-up', 'trials', 'pruned', 'seconds'];
  const { file } = table;
  const lastRegrets = ({ runs }: Entry): readonly number[] => runs.map((run) => regret(run, last));
  return `## ${file.name}: ${table.size} configurations, ${file.steps} ${file.step}s

${markdownTable(head, rows, [1, 2, 3, 4, 5, 6, 7, 8, 9])}

${againstPeers(entries, lastRegrets)}`;
}

/** The pruner that the guide recommends for learning curves. */
const recommended = 'learning-curve';

/** The recommended pruner against those of Optuna. */
function againstPeers(entries: readonly Entry[], regrets: (entry: Entry) => readonly number[]): string {
  const ours = entries.find(({ spec }) => spec.name === recommended);
  const peers = entries.filter(({ spec }) => spec.side === 'optuna');
  if (ours === undefined || peers.length === 0) return 'No comparison with Optuna.';
  const results = peers.map((peer) => {
    const { u, p } = mannWhitney(regrets(ours), regrets(peer));
    const verdict = p >= 0.05 ? 'equal' : u < (ours.runs.length * peer.runs.length) / 2 ? 'better' : 'worse';
    return `${peer.spec.label} ${verdict} (p ${p.toPrecision(2)})`;
  });
  return `"${ours.spec.label}" after the last step, against ${results.join(', ')}.`;
}

/** The smallest number of steps up to `most` for which `holds`, which is monotone; `null` when it never does. */
function firstAt(holds: (steps: number) => boolean, most: number): number | null {
  if (!holds(most)) return null;
  let [low, high] = [1, most];
  while (low < high) {
    const mid = (low + high) >> 1;
    if (holds(mid)) high = mid;
    else low = mid + 1;
  }
  return low;
}
