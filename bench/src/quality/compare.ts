import type { Problem } from '@asktell/testing/problems';
import { median } from '../table.ts';
import { measuresOf } from './recorder.ts';
import { checkpointsOf, lateAfter, type RunResult } from './run.ts';
import { holm } from './statistics/holm.ts';
import { mannWhitney } from './statistics/mann-whitney.ts';

/** The outcome of a comparison, from the point of view of our sampler. */
export type Verdict = 'win' | 'tie' | 'loss';

/** A comparison of two samplers on one measure of one problem at one checkpoint. */
export interface Cell {
  /** Number of trials at the checkpoint. */
  readonly trials: number;
  /** Regrets at this checkpoint, one per seed. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
  readonly medians: readonly [number, number];
  /** Two-sided p-value of the Mann–Whitney test. */
  readonly p: number;
  /** The p-value with Holm's correction for the number of rows at this checkpoint. */
  readonly holm: number;
  readonly verdict: Verdict;
  /** Geometric mean of our regrets divided by that of theirs. */
  readonly ratio: number;
  /** Fraction of the seeds that reached the precision of the problem. */
  readonly solved: readonly [number, number];
}

/** A comparison of two samplers on one measure of one problem. */
export interface ComparisonRow {
  readonly problem: string;
  readonly family: Problem['family'];
  readonly measure: string;
  readonly cells: readonly Cell[];
  /** Mean fraction of failed trials after the first 50, or `null` for problems without failures and for shorter runs. */
  readonly failing: readonly [number, number] | null;
  /** Distances of proposals to the nearest pending trial, of all seeds, sorted. Empty for one trial at a time. */
  readonly distances: readonly [readonly number[], readonly number[]];
  /** Median seconds of a run. */
  readonly seconds: readonly [number, number];
}

/** Results of both samplers on a problem, one per seed. */
export interface Pairing {
  readonly problem: Problem;
  readonly ours: readonly RunResult[];
  readonly theirs: readonly RunResult[];
}

/** Significance level of the verdicts. */
export const alpha = 0.05;

/** Compares the samplers on all problems, with Holm's correction at each checkpoint. */
export function compare(pairings: readonly Pairing[], trials: number): ComparisonRow[] {
  const rows = pairings.flatMap((pairing) => measuresOf(pairing.problem).map((_, k) => rowOf(pairing, k, trials)));
  const corrected = checkpointsOf(trials).map((_, c) => holm(rows.map(({ cells }) => (cells[c] as Cell).p)));
  return rows.map((row, r) => ({
    ...row,
    cells: row.cells.map((cell, c) => ({ ...cell, holm: corrected[c]?.[r] as number })),
  }));
}

function rowOf({ problem, ours, theirs }: Pairing, measure: number, trials: number): ComparisonRow {
  const at = (runs: readonly RunResult[], c: number): number[] =>
    runs.map(({ regrets }) => Math.max(problem.precision, regrets[measure]?.[c] as number));
  const finite = [...ours, ...theirs].flatMap(({ regrets }) => regrets[measure] ?? []).filter(Number.isFinite);
  const worst = Math.max(problem.precision, ...finite); // replaces infinite regrets (no feasible trial) in means
  const late = (runs: readonly RunResult[]): number =>
    mean(runs.map(({ failedLate }) => failedLate / (trials - lateAfter)));
  const distances = (runs: readonly RunResult[]): number[] =>
    runs.flatMap((run) => run.distances).sort((a, b) => a - b);
  return {
    problem: problem.name,
    family: problem.family,
    measure: measuresOf(problem)[measure] as string,
    cells: checkpointsOf(trials).map((checkpoint, c) => {
      const [a, b] = [at(ours, c), at(theirs, c)];
      const { u, p } = mannWhitney(a, b);
      return {
        trials: checkpoint,
        ours: a,
        theirs: b,
        medians: [median(a), median(b)],
        p,
        holm: 1,
        verdict: verdictOf(u, a.length * b.length, p),
        ratio: Math.exp(meanLog(a, worst) - meanLog(b, worst)),
        solved: [solved(a, problem.precision), solved(b, problem.precision)],
      };
    }),
    failing: problem.family === 'failing' && trials > lateAfter ? [late(ours), late(theirs)] : null,
    distances: [distances(ours), distances(theirs)],
    seconds: [median(ours.map((run) => run.seconds)), median(theirs.map((run) => run.seconds))],
  };
}

/** The verdict of a test. `u` is the number of pairs in which our regret is larger. */
function verdictOf(u: number, pairs: number, p: number): Verdict {
  if (!(p < alpha)) return 'tie';
  return u < pairs / 2 ? 'win' : 'loss';
}

function meanLog(values: readonly number[], worst: number): number {
  return mean(values.map((value) => Math.log(Math.min(value, worst))));
}

/** The arithmetic mean of the values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function solved(values: readonly number[], precision: number): number {
  return values.filter((value) => value <= precision).length / values.length;
}
