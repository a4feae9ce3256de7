import { markdownTable, median } from '../table.ts';
import type { EffectRow } from './effects.ts';
import type { FitsRow } from './fits.ts';
import type { RepeatRun } from './repeats.ts';

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

/** The runs of all settings on one problem. */
export interface RepeatRows {
  readonly problem: string;
  readonly noise: number;
  readonly runs: ReadonlyMap<string, readonly RepeatRun[]>;
}

/** The true values of the chosen configurations, for several budgets. */
export function repeatReport(
  tables: readonly { readonly budget: number; readonly rows: readonly RepeatRows[] }[],
  seeds: number,
): string {
  const text = tables.map(({ budget, rows }) => {
    const lines = rows.flatMap(({ problem, noise, runs }) => {
      const single = [...runs.values()][0] as readonly RepeatRun[];
      return [...runs].map(([setting, found], i) => {
        const middle = (of: (run: RepeatRun) => number): string => short(median(found.map(of)));
        const wins = found.filter(({ chosen }, k) => chosen < (single[k] as RepeatRun).chosen).length;
        const values = [
          middle(({ trials }) => trials),
          middle(({ visited }) => visited),
          middle(({ chosen }) => chosen),
        ];
        return [problem, short(noise), setting, ...values, i === 0 ? '' : `${wins} of ${seeds}`];
      });
    });
    const head = ['problem', 'noise', 'repeats', 'trials', 'best visited', 'chosen', 'better than single'];
    const names = [...(rows[0]?.runs.keys() ?? [])].slice(1);
    const sums = names.map((name) => {
      const wins = rows.flatMap(({ runs }) => {
        const single = [...runs.values()][0] as readonly RepeatRun[];
        return (runs.get(name) ?? []).filter(({ chosen }, k) => chosen < (single[k] as RepeatRun).chosen);
      });
      return `${name} in ${wins.length} of ${rows.length * seeds}`;
    });
    return `${budget} measurements in all:\n\n${markdownTable(head, lines, [1, 3, 4, 5, 6])}\n\nBetter than single measurements: ${sums.join(', ')}.\n`;
  });
  return `## True value of the chosen configuration\n\nTPE with noisy measurements. The noise is as large as the spread of the better half of random points. The best trial of the study is\nchosen; \`chosen\` is its true value, and \`best visited\` that of the best point that was measured at all: what lies between them was lost\nin the choice, the rest in the search. Medians over ${seeds} seeds, smaller is better.\n\n${text.join('\n')}`;
}
