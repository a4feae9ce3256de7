import type { Problem } from '@asktell/testing/problems';
import { holm } from '../quality/statistics/holm.ts';
import { mannWhitney } from '../quality/statistics/mann-whitney.ts';
import { markdownTable, median } from '../table.ts';
import type { GradientRun } from './run.ts';
import type { Told } from './tasks.ts';

export interface ProblemRuns {
  readonly problem: Problem;
  readonly runs: ReadonlyMap<Told, readonly GradientRun[]>;
}

/** The budget in which the final regret of the base must be reached. */
const budget = 40;
const useless = ['noise', 'zeros', 'wrong sign'] as const;

/** Both tables: exact gradients against the base, and useless gradients against the base. */
export function report(results: readonly ProblemRuns[]): string {
  const seeds = results[0]?.runs.get('none')?.length ?? 0;
  return `## Exact gradients

The target is the median regret of TPE after 200 trials, over ${seeds} seeds.

${exactTable(results)}

## Useless gradients

Median regret after 200 trials, and the share of the trials that followed a gradient. "−": significantly worse than TPE (one
Mann–Whitney test per problem and column, Holm's correction over all ${useless.length * results.length} tests, p < 0.05).

${uselessTable(results)}

The smallest corrected p of a result worse than TPE is ${smallestP(results).toPrecision(2)}.`;
}

function runsOf({ runs }: ProblemRuns, told: Told): readonly GradientRun[] {
  return runs.get(told) ?? [];
}

function finals(results: ProblemRuns, told: Told): number[] {
  return runsOf(results, told).map(({ regrets }) => regrets.at(-1) as number);
}

function exactTable(results: readonly ProblemRuns[]): string {
  const rows = results.map((result) => {
    const target = median(finals(result, 'none'));
    const exact = runsOf(result, 'exact');
    const reached = exact.map(({ regrets }) => {
      const at = regrets.findIndex((regret) => regret <= target);
      return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
    });
    return [
      result.problem.name,
      shown(target),
      String(median(reached)),
      `${reached.filter((trials) => trials <= budget).length} of ${reached.length}`,
      shown(median(exact.map(({ regrets }) => regrets[budget - 1] as number))),
      shown(median(finals(result, 'exact'))),
    ];
  });
  const head = [
    'problem',
    'target',
    'trials to it (median)',
    `seeds within ${budget}`,
    `regret at ${budget}`,
    'at 200',
  ];
  return markdownTable(head, rows, [1, 2, 3, 4, 5]);
}

interface Test {
  readonly problem: string;
  readonly told: Told;
  readonly isWorse: boolean;
  readonly p: number;
}

function testsOf(results: readonly ProblemRuns[]): readonly Test[] {
  const tests = results.flatMap((result) =>
    useless.map((told) => {
      const ours = finals(result, told);
      const theirs = finals(result, 'none');
      const { u, p } = mannWhitney(ours, theirs);
      return { problem: result.problem.name, told, isWorse: u > (ours.length * theirs.length) / 2, p };
    }),
  );
  const corrected = holm(tests.map(({ p }) => p));
  return tests.map((test, i) => ({ ...test, p: corrected[i] as number }));
}

function smallestP(results: readonly ProblemRuns[]): number {
  return Math.min(1, ...testsOf(results).flatMap(({ isWorse, p }) => (isWorse ? [p] : [])));
}

function uselessTable(results: readonly ProblemRuns[]): string {
  const tests = testsOf(results);
  const rows = results.map((result) => {
    const { name } = result.problem;
    const cells = useless.map((told) => {
      const test = tests.find((candidate) => candidate.problem === name && candidate.told === told);
      const mark = test?.isWorse === true && test.p < 0.05 ? ' −' : '';
      const runs = runsOf(result, told);
      const followed = runs.reduce((sum, { followed, regrets }) => sum + followed / regrets.length, 0) / runs.length;
      return `${shown(median(finals(result, told)))} (${Math.round(100 * followed)} %)${mark}`;
    });
    return [name, shown(median(finals(result, 'none'))), ...cells];
  });
  return markdownTable(['problem', 'TPE', ...useless], rows, [1, 2, 3, 4]);
}

function shown(regret: number): string {
  return regret <= 1e-8 ? '≤ 1e-8' : regret.toPrecision(2);
}
