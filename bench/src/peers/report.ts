import { cpus, loadavg, release, totalmem } from 'node:os';
import { canPin } from '../child.ts';
import { count, markdownTable } from '../table.ts';
import type { Peers } from './python.ts';
import type { PeerRow } from './rows.ts';

/** The factor by which our result is better: a ratio of rates, or an inverse ratio of sizes or times. */
function times(row: PeerRow, theirs: number): number {
  return row.unit === 'trials/s' ? row.ours / theirs : theirs / row.ours;
}

function ratio(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ×`;
}

function amount(value: number, unit: PeerRow['unit']): string {
  return `${unit === 'MB' || value < 10 ? value.toFixed(value < 10 ? 2 : 1) : count(value)} ${unit}`;
}

function target(row: PeerRow): string {
  const [wanted, met] = goal(row);
  return `${wanted}: ${met === null ? 'not measured' : met ? 'met' : 'missed'}`;
}

/** `null` if the peer was not measured. */
function goal({ target: to, ...row }: PeerRow): readonly [wanted: string, met: boolean | null] {
  if ('atLeast' in to) return [`≥ ${to.atLeast.toLocaleString('en-US')}/s`, row.ours >= to.atLeast];
  if ('atMost' in to) return [`≤ ${to.atMost} ${row.unit}`, row.ours <= to.atMost];
  const [peer, theirs, wanted] =
    'timesRustuna' in to ? ['Rustuna', row.rustuna, to.timesRustuna] : ['Optuna', row.optuna, to.timesOptuna];
  return [`≥ ${wanted} × ${peer}`, theirs === null ? null : times({ ...row, target: to }, theirs) >= wanted];
}

/** Formats bench/RESULTS.md: the machine and the versions, the table, and notes for each row. */
export function report(rows: readonly PeerRow[], peers: Peers, loadBefore: number, command: string): string {
  const { python, optuna, rustuna } = peers.versions;
  const table = markdownTable(
    ['', 'work', 'Asktell', 'Rustuna', 'Optuna', 'to Rustuna', 'to Optuna', 'target'],
    rows.map((row, i) => [
      String(i + 1),
      row.work,
      amount(row.ours, row.unit),
      ...[row.rustuna, row.optuna].map((theirs) => (theirs === null ? '–' : amount(theirs, row.unit))),
      ...[row.rustuna, row.optuna].map((theirs) => (theirs === null ? '–' : ratio(times(row, theirs)))),
      target(row),
    ]),
    [2, 3, 4, 5, 6],
  );
  const processor = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  return `# Comparison with peers

The same work in Asktell, in Optuna ${optuna} and in Rustuna ${rustuna} (Optuna's interface on an engine in Rust), measured in one
run of \`${command}\`. Absolute times depend on the machine, so compare the ratios. Above 1 ×, Asktell is faster or
smaller.

- ${new Date().toISOString().slice(0, 10)}, ${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; load before the run ${loadBefore.toFixed(2)}, after it ${(loadavg()[0] as number).toFixed(2)} (the run itself adds 1 to 8)${loadBefore > 0.5 ? '; the machine was busy, so ratios differ between runs, especially in the rows that wait for the disk (4 to 6)' : ''}
- Node ${process.version}, Python ${python}; ${canPin ? 'pinned to one core with taskset, except for the rows with 8 processes' : 'not pinned to a core, because taskset is missing'}; OMP_NUM_THREADS=1 for the peers
- Each objective is a define-by-run sum of squares over floats. Rows without a sampler name use random sampling, so they measure the framework.

${table}

${rows.map((row, i) => `${i + 1}. ${row.note}`).join('\n')}
`;
}
