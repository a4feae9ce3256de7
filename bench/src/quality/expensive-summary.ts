import { median } from '../table.ts';
import type { Cell, ComparisonRow } from './compare.ts';
import type { Comparison } from './comparison.ts';
import { type Pair, type PairedBootstrap, pairedBootstrap } from './statistics/paired-bootstrap.ts';

/** Resamples of the bootstrap, and its seed: the same runs give the same table. */
export const bootstrap = { resamples: 10_000, seed: 1 } as const;

/** The result of one sampler at one number of trials: the median over problems and seeds. */
export interface SamplerLine {
  readonly sampler: string;
  /** How many problems it ran on: lines with different ones are not to be compared. */
  readonly problems: number;
  /** Median log10 regret at each checkpoint. */
  readonly medians: readonly number[];
}

/** Ours against one peer on the problems that both can do, at one checkpoint. */
export interface PeerCell extends PairedBootstrap {
  readonly trials: number;
  /** Median log10 regrets. */
  readonly medians: readonly [ours: number, theirs: number];
  /** Geometric mean of our regrets over that of theirs. */
  readonly ratio: number;
}

export interface PeerLine {
  readonly ours: string;
  readonly theirs: string;
  readonly problems: number;
  readonly cells: readonly PeerCell[];
}

/** The peer whose median regret on one problem is the smallest, at one checkpoint. */
export interface BestCell {
  readonly trials: number;
  readonly ours: number;
  readonly best: number;
  readonly peers: readonly string[];
}

export interface BestLine {
  readonly ours: string;
  readonly problem: string;
  readonly cells: readonly BestCell[];
}

/** Lines of all samplers of a command, ours first. */
export function samplerLines(comparisons: readonly Comparison[]): readonly SamplerLine[] {
  const worst = worstOf(comparisons);
  const bySampler = new Map<string, Map<string, readonly (readonly number[])[]>>();
  for (const side of ['ours', 'theirs'] as const) {
    for (const comparison of comparisons) {
      const problems = bySampler.get(comparison[side]) ?? new Map<string, readonly (readonly number[])[]>();
      bySampler.set(comparison[side], problems);
      for (const { problem, cells } of comparison.rows)
        problems.set(
          problem,
          cells.map((cell) => logs(cell[side], worst.get(problem) as number)),
        );
    }
  }
  return [...bySampler].map(([sampler, problems]) => {
    const checkpoints = [...problems.values()][0]?.length ?? 0;
    const at = (c: number): number => median([...problems.values()].flatMap((cells) => cells[c] ?? []));
    return { sampler, problems: problems.size, medians: Array.from({ length: checkpoints }, (_, c) => at(c)) };
  });
}

/** One line a comparison that has a problem. */
export function peerLines(comparisons: readonly Comparison[]): readonly PeerLine[] {
  const worst = worstOf(comparisons);
  return comparisons
    .filter(({ rows }) => rows.length > 0)
    .map(({ ours, theirs, rows }) => ({
      ours,
      theirs,
      problems: rows.length,
      cells: (rows[0]?.cells ?? []).map(({ trials }, c) => {
        const groups = rows.map((row) => pairsOf(row.cells[c] as Cell, worst.get(row.problem) as number));
        const pairs = groups.flat();
        const mean = pairs.reduce((sum, [a, b]) => sum + a - b, 0) / pairs.length;
        const medians = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))] as const;
        return { trials, medians, ratio: 10 ** mean, ...pairedBootstrap(groups, bootstrap) };
      }),
    }));
}

/** The best peer of each problem, over all comparisons with one of ours. */
export function bestLines(comparisons: readonly Comparison[]): readonly BestLine[] {
  return [...new Set(comparisons.map(({ ours }) => ours))].flatMap((ours) => {
    const mine = comparisons.filter((comparison) => comparison.ours === ours);
    const problems = [...new Set(mine.flatMap(({ rows }) => rows.map(({ problem }) => problem)))];
    return problems.map((problem) => {
      const candidates = mine.flatMap(({ theirs, rows }) =>
        rows.filter((row) => row.problem === problem).map((row) => ({ theirs, row })),
      );
      const first = candidates[0] as { readonly row: ComparisonRow };
      return { ours, problem, cells: first.row.cells.map((cell, c) => bestCell(cell, c, candidates)) };
    });
  });
}

function bestCell(
  { trials, medians }: Cell,
  c: number,
  candidates: readonly { readonly theirs: string; readonly row: ComparisonRow }[],
): BestCell {
  const found = candidates.map(({ theirs, row }) => ({ theirs, value: (row.cells[c] as Cell).medians[1] }));
  const best = Math.min(...found.map(({ value }) => value));
  return { trials, ours: medians[0], best, peers: found.filter(({ value }) => value === best).map((f) => f.theirs) };
}

/** By problem: the largest regret that anybody had, for those that had found nothing feasible yet. */
function worstOf(comparisons: readonly Comparison[]): ReadonlyMap<string, number> {
  const worst = new Map<string, number>();
  for (const { rows } of comparisons) {
    for (const { problem, cells } of rows) {
      const finite = cells.flatMap(({ ours, theirs }) => [...ours, ...theirs]).filter(Number.isFinite);
      worst.set(problem, Math.max(worst.get(problem) ?? 0, ...finite));
    }
  }
  return worst;
}

function logs(regrets: readonly number[], worst: number): readonly number[] {
  return regrets.map((regret) => Math.log10(Math.min(regret, worst)));
}

/** Seed n of ours with seed n of theirs. */
function pairsOf({ ours, theirs }: Cell, worst: number): readonly Pair[] {
  const [a, b] = [logs(ours, worst), logs(theirs, worst)];
  return a.map((value, i) => [value, b[i] as number]);
}
