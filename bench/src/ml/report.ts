import { markdownTable, median } from '../table.ts';
import type { EffectRow } from './effects.ts';
import type { FitsRow } from './fits.ts';

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** How many fits the pruned search needs for the score of the random one. */
export function fitsReport(rows: readonly FitsRow[]): string {
  const lines = rows.map(({ data, target, randomFits, fits, best }) => {
    const needed = median(fits);
    const wins = best.filter(([random, study]) => study > random + 1e-12).length;
    const ties = best.filter(([random, study]) => Math.abs(study - random) <= 1e-12).length;
    return [
      data,
      short(target),
      String(randomFits),
      String(needed),
      short(needed / randomFits),
      `${fits.filter((count) => count <= randomFits / 2).length} of ${fits.length}`,
      `${wins} won, ${ties} tied`,
    ];
  });
  const head = [
    'data',
    'score of random search',
    'its fits',
    'fits of StudySearchCV',
    'ratio',
    'seeds within half',
    'after equal fits',
  ];
  return `## Fits until the score of random search\n\nSVM with a Gaussian kernel, 5 folds. RandomizedSearchCV has 60 candidates; the score is the median of its best over the seeds.\nStudySearchCV has TPE and RacingPruner, and the same folds. Medians over ${rows[0]?.fits.length ?? 0} seeds.\n\n${markdownTable(head, lines, [1, 2, 3, 4, 5, 6])}\n`;
}

/** How often the report claims an effect. */
export function effectReport(shuffled: readonly EffectRow[], real: readonly EffectRow[]): string {
  const mean = (rows: readonly EffectRow[], of: (row: EffectRow) => number): string =>
    short(rows.reduce((total, row) => total + of(row), 0) / rows.length);
  const lines = [
    ['shuffled labels', shuffled],
    ['real or planted', real],
  ].map(([name, given]) => {
    const rows = given as readonly EffectRow[];
    return [
      name as string,
      String(rows.length),
      String(rows.filter(({ claimsEffect }) => claimsEffect).length),
      mean(rows, ({ inSample }) => inSample),
      mean(rows, ({ outOfSample }) => outOfSample),
      mean(rows, ({ optimism }) => optimism),
      mean(rows, ({ expectedOptimism }) => expectedOptimism),
      String(rows.filter(({ optimismLow }) => optimismLow > 0).length),
    ];
  });
  const head = [
    'labels',
    'data sets',
    'effects claimed',
    'in sample',
    'out of sample',
    'optimism',
    'expected',
    'beyond its interval',
  ];
  const missed = real.filter(({ claimsEffect }) => !claimsEffect).map(({ data }) => data);
  return `## Effects claimed by the report\n\nAn SVM tuned with 40 trials, 30 % of the rows held out. Means over the data sets.\n\n${markdownTable(head, lines, [1, 2, 3, 4, 5, 6, 7])}\n\nReal effects that were not claimed: ${missed.join(', ') || 'none'}.\n`;
}

/** The true values of the chosen configurations. */
export function repeatReport(
  rows: readonly {
    readonly problem: string;
    readonly noise: number;
    readonly results: ReadonlyMap<string, readonly number[]>;
  }[],
  budget: number,
  seeds: number,
): string {
  const names = [...(rows[0]?.results.keys() ?? [])];
  const lines = rows.map(({ problem, noise, results }) => {
    const single = results.get(names[0] as string) as readonly number[];
    const winsOf = (name: string): string => {
      const values = results.get(name) as readonly number[];
      return `${values.filter((value, i) => value < (single[i] as number)).length} of ${seeds}`;
    };
    return [
      problem,
      short(noise),
      ...names.map((name) => short(median(results.get(name) as readonly number[]))),
      ...names.slice(1).map(winsOf),
    ];
  });
  const head = ['problem', 'noise', ...names, ...names.slice(1).map((name) => `${name} better`)];
  return `## True value of the chosen configuration\n\nTPE with ${budget} noisy measurements in all. The noise is as large as the spread of the better half of random points. The best trial of the\nstudy is chosen; its true value is compared. Medians over ${seeds} seeds, smaller is better.\n\n${markdownTable(head, lines, [1, 2, 3, 4, 5, 6, 7, 8])}\n`;
}
