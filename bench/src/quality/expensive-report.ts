import { markdownTable } from '../table.ts';
import type { Comparison } from './comparison.ts';
import { bestLines, bootstrap, type PeerCell, peerLines, samplerLines } from './expensive-summary.ts';
import { short } from './short.ts';

/** What `--problems expensive` shows before the sections of the comparisons. */
export function expensiveReport(comparisons: readonly Comparison[]): string {
  const checkpoints = comparisons.find(({ rows }) => rows.length > 0)?.rows[0]?.cells.map(({ trials }) => trials) ?? [];
  return [
    '## All samplers\n',
    'Median log10 regret over problems and seeds; lines with other numbers of problems are not comparable.\n',
    samplers(comparisons, checkpoints),
    '\n## Ours against each peer, on the problems that it can do\n',
    `Difference of the median log10 regrets, ours less theirs, with the central 95 % of ${bootstrap.resamples.toLocaleString('en-US')} resamples of problems and seeds (seed ${bootstrap.seed}); the share of the resamples in which ours is lower; geometric mean of the ratio of regrets. Below 0, above 50 % and below 1 we are better.\n`,
    peers(comparisons, checkpoints),
    '\n## The best peer of each problem\n',
    'Median regret over seeds, ours : the smallest one of all peers here, which had it.\n',
    best(comparisons, checkpoints),
    '',
  ].join('\n');
}

function samplers(comparisons: readonly Comparison[], checkpoints: readonly number[]): string {
  const lines = samplerLines(comparisons).map(({ sampler, problems, medians }) => [
    sampler,
    String(problems),
    ...medians.map((value) => value.toFixed(2)),
  ]);
  const head = ['sampler', 'problems', ...checkpoints.map((n) => `after ${n}`)];
  return markdownTable(head, lines, [1, ...checkpoints.map((_, c) => c + 2)]);
}

function peers(comparisons: readonly Comparison[], checkpoints: readonly number[]): string {
  const cell = ({ difference, low, high, below, ratio }: PeerCell): string =>
    `${signed(difference)} [${signed(low)}, ${signed(high)}] ${(100 * below).toFixed(0)} %, ${short(ratio)} ×`;
  const lines = peerLines(comparisons).map(({ ours, theirs, problems, cells }) => [
    `${ours} : ${theirs}`,
    String(problems),
    ...cells.map(cell),
  ]);
  return markdownTable(['samplers', 'problems', ...checkpoints.map((n) => `after ${n}`)], lines, [1]);
}

function best(comparisons: readonly Comparison[], checkpoints: readonly number[]): string {
  const lines = bestLines(comparisons).map(({ ours, problem, cells }) => [
    ours,
    problem,
    ...cells.map((cell) => `${short(cell.ours)} : ${short(cell.best)} ${cell.peers.join(', ')}`),
  ]);
  return markdownTable(['sampler', 'problem', ...checkpoints.map((n) => `after ${n}`)], lines, []);
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(2);
  return `${value < 0 && Number(text) !== 0 ? '−' : '+'}${text}`;
}
