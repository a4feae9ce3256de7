import { cpus } from 'node:os';
import type { ProblemFamily } from '@asktell/testing/problems';
import { markdownTable } from '../table.ts';
import { alpha, type Cell, type ComparisonRow, mean } from './compare.ts';
import type { QualityOptions } from './options.ts';

/** A comparison of two samplers on all problems. */
export interface Comparison {
  readonly ours: string;
  readonly theirs: string;
  readonly rows: readonly ComparisonRow[];
  /** Skipped problems, with the reasons. */
  readonly skipped: readonly string[];
  /** Number of their runs that came from the cache. */
  readonly cached: number;
  /** Number of their runs. */
  readonly runs: number;
}

/** Limits of the distance to the nearest pending trial below which proposals are counted as near-duplicates. */
const nearLimits = [0.001, 0.01, 0.05];

/** Formats the report in markdown. */
export function qualityReport(
  comparisons: readonly Comparison[],
  options: QualityOptions,
  versions: { readonly [name: string]: string },
  command: string,
): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Quality at equal trials

\`${command}\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${peers.join(', ')}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}.
${options.seeds} seeds per sampler${options.concurrency > 1 ? `, ${options.concurrency} trials at a time` : ''}, problems of the split \`${options.split}\`. See docs/quality.md.

${comparisons.map(section).join('\n')}`;
}

function section({ ours, theirs, rows, skipped, cached, runs }: Comparison): string {
  const checkpoints = rows[0]?.cells.map(({ trials }) => trials) ?? [];
  const parts = [
    `## ${ours} against ${theirs}\n`,
    `${runs} runs of ${theirs}: ${runs - cached} new, ${cached} from the cache.\n`,
    summary(rows, checkpoints),
    '',
    losses(rows),
    '',
    details(rows, checkpoints),
  ];
  if (rows.some(({ distances }) => distances[0].length > 0)) parts.push('', distanceTable(rows, ours, theirs));
  if (skipped.length > 0) parts.push('', 'Skipped:\n', ...skipped.map((line) => `- ${line}`));
  return `${parts.join('\n')}\n`;
}

/** Wins, ties and losses per family, with and without Holm's correction, and the mean ratio of regrets. */
function summary(rows: readonly ComparisonRow[], checkpoints: readonly number[]): string {
  const first = rows.filter(({ problem }, i) => rows.findIndex((row) => row.problem === problem) === i);
  const families: (ProblemFamily | 'all')[] = [...new Set(first.map(({ family }) => family)), 'all'];
  const lines = families.map((family) => {
    const members = first.filter((row) => family === 'all' || row.family === family);
    return [
      family,
      String(members.length),
      ...checkpoints.map((_, c) => {
        const cells = members.map(({ cells }) => cells[c] as Cell);
        const count = (verdict: Cell['verdict'], among = cells): number =>
          among.filter((cell) => cell.verdict === verdict).length;
        const significant = cells.filter((cell) => cell.holm < alpha);
        const ratio = Math.exp(mean(cells.map((cell) => Math.log(cell.ratio))));
        return `${count('win')}/${count('tie')}/${count('loss')} (${count('win', significant)}/${count('loss', significant)}) ${short(ratio)}`;
      }),
    ];
  });
  return `Wins/ties/losses at p < ${alpha} (wins/losses after Holm's correction), geometric mean of the ratio of regrets (below 1 is better).\n
${markdownTable(['family', 'problems', ...checkpoints.map((n) => `${n} trials`)], lines, [1])}`;
}

/** Lists the problems on which our sampler is significantly worse. */
function losses(rows: readonly ComparisonRow[]): string {
  const lost = rows.flatMap(({ problem, measure, cells }) =>
    cells
      .filter(({ verdict }) => verdict === 'loss')
      .map(({ trials, p }) => `${nameOf(problem, measure)} after ${trials} (p ${short(p)})`),
  );
  return lost.length === 0 ? 'No losses.' : `Losses: ${lost.join('; ')}.`;
}

function nameOf(problem: string, measure: string): string {
  return measure === 'regret' ? problem : `${problem}, ${measure}`;
}

/** Medians with a sign: + win, − loss, doubled if significant after Holm's correction. */
function details(rows: readonly ComparisonRow[], checkpoints: readonly number[]): string {
  const sign = ({ verdict, holm }: Cell): string =>
    verdict === 'tie' ? '=' : (verdict === 'win' ? '+' : '−').repeat(holm < alpha ? 2 : 1);
  const lines = rows.map((row) => {
    const last = row.cells.at(-1) as Cell;
    return [
      nameOf(row.problem, row.measure),
      ...row.cells.map(
        (cell) => `${short(cell.medians[0])} : ${short(cell.medians[1])} ${sign(cell)} ${short(cell.p)}`,
      ),
      short(last.ratio),
      `${percent(last.solved[0])} : ${percent(last.solved[1])}`,
      row.failing === null ? '' : `${percent(row.failing[0])} : ${percent(row.failing[1])}`,
      `${short(row.seconds[0])} : ${short(row.seconds[1])}`,
    ];
  });
  const head = ['problem', ...checkpoints.map((n) => `after ${n}`), 'ratio', 'solved', 'failing late', 'seconds'];
  return `Median regrets ours : theirs, + win, − loss (doubled: significant after Holm's correction), p. The other columns are after the last trial.\n
${markdownTable(head, lines, [])}`;
}

/** The distribution of the distances between proposals and pending trials. */
function distanceTable(rows: readonly ComparisonRow[], ours: string, theirs: string): string {
  const sides = [ours, theirs].map((name, side) => {
    const all = rows.flatMap(({ distances }) => distances[side as 0 | 1]).sort((a, b) => a - b);
    const quantile = (q: number): string => short(all[Math.floor(q * (all.length - 1))] as number);
    const below = (limit: number): string => percent(all.filter((d) => d < limit).length / all.length);
    return [name, String(all.length), ...nearLimits.map(below), ...[0.01, 0.1, 0.5, 0.9].map(quantile)];
  });
  const head = ['sampler', 'proposals', ...nearLimits.map((limit) => `< ${limit}`), '1 %', '10 %', 'median', '90 %'];
  return `Distance of a proposal to the nearest pending trial (root mean square, ranges scaled to 1), over all problems.\n
${markdownTable(head, sides, [1, 2, 3, 4, 5, 6, 7, 8])}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}

/** Formats a number with two significant digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : String(value);
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 1000 || size < 0.001 ? value.toExponential(1) : value.toPrecision(2);
}
