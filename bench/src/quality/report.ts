import { cpus } from 'node:os';
import type { ProblemFamily } from '@asktell/testing/problems';
import { markdownTable } from '../table.ts';
import { alpha, type Cell, type ComparisonRow, mean } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { expensiveReport } from './expensive-report.ts';
import type { QualityOptions } from './options.ts';
import { short } from './short.ts';

/** Proposals this close to one that is out (of a range of 1, root mean square) count as near-duplicates. */
const near = [0.001, 0.01, 0.05];

export function qualityReport(
  comparisons: readonly Comparison[],
  options: QualityOptions,
  versions: { readonly [name: string]: string },
  command: string,
): string {
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `# Quality at equal trials

\`${command}\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${peers.join(', ')}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}.
${options.seeds} seeds a side${options.concurrency > 1 ? `, ${options.concurrency} trials at a time` : ''}, problems of the split \`${options.split}\`. How to read this: docs/quality.md.

${options.problems === 'expensive' ? `${expensiveReport(comparisons)}\n` : ''}${comparisons.map(section).join('\n')}`;
}

function section(comparison: Comparison): string {
  const { ours, theirs, rows, skipped } = comparison;
  const checkpoints = rows[0]?.cells.map(({ trials }) => trials) ?? [];
  const parts = [`## ${ours} against ${theirs}\n`, `${sources(comparison)}\n`];
  if (rows.length > 0) parts.push(summary(rows, checkpoints), '', losses(rows), '', details(rows, checkpoints));
  else parts.push('There is no problem for both of them.');
  if (rows.some(({ distances }) => distances[0].length > 0)) parts.push('', spread(rows, ours, theirs));
  if (skipped.length > 0) parts.push('', 'Left out:\n', ...skipped.map((line) => `- ${line}`));
  return `${parts.join('\n')}\n`;
}

/** Where their runs came from. */
function sources({ theirs, cached, kept, runs, keptFrom }: Comparison): string {
  const now = `${runs - cached - kept} of ${runs} runs of ${theirs} were run now, ${cached} came from the cache`;
  if (keptFrom === null) return `${now}.`;
  const versions = Object.entries(keptFrom.versions).map(([name, version]) => `${name} ${version}`);
  return `${now}, ${kept} are kept in the repository (bench/src/quality/kept). Those were made with ${versions.join(', ')}: ${keptFrom.settings}.`;
}

/** Wins, ties and losses by family; what remains of them after Holm's correction; the mean ratio of regrets. */
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
        const sure = cells.filter((cell) => cell.holm < alpha);
        const ratio = Math.exp(mean(cells.map((cell) => Math.log(cell.ratio))));
        return `${count('win')}/${count('tie')}/${count('loss')} (${count('win', sure)}/${count('loss', sure)}) ${short(ratio)}`;
      }),
    ];
  });
  return `Wins/ties/losses at p < ${alpha} (wins/losses left after Holm), geometric mean of the ratio of regrets: below 1 is better.\n
${markdownTable(['family', 'problems', ...checkpoints.map((n) => `${n} trials`)], lines, [1])}`;
}

/** Where we are significantly worse, by name: the first thing to look at. */
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

/** Medians with a sign: + win, − loss, doubled where Holm's correction leaves it. */
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
  return `Median regrets ours : theirs, + win, − loss (doubled: also after Holm), p; the other columns after the last trial.\n
${markdownTable(head, lines, [])}`;
}

/** How close proposals are to the trials that are out. */
function spread(rows: readonly ComparisonRow[], ours: string, theirs: string): string {
  const sides = [ours, theirs].map((name, side) => {
    const all = rows.flatMap(({ distances }) => distances[side as 0 | 1]).sort((a, b) => a - b);
    const quantile = (q: number): string => short(all[Math.floor(q * (all.length - 1))] as number);
    const below = (limit: number): string => percent(all.filter((d) => d < limit).length / all.length);
    return [name, String(all.length), ...near.map(below), ...[0.01, 0.1, 0.5, 0.9].map(quantile)];
  });
  const head = ['sampler', 'proposals', ...near.map((limit) => `< ${limit}`), '1 %', '10 %', 'median', '90 %'];
  return `Distance of a proposal to the nearest of the trials that are out, over all problems.\n
${markdownTable(head, sides, [1, 2, 3, 4, 5, 6, 7, 8])}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
