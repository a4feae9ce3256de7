/**
 * A coarse grid first, then a Gaussian process in its best region: how many people tune an SVM by hand. Both stages are trials
 * of one study. The grid shows the landscape over C and gamma in 16 cells, a factor of 100 apart. The Gaussian process searches
 * the region around the best quarter of them, which moves or grows if the optimum is elsewhere.
 *
 *   node examples/dist/coarse-to-fine.js [trials after the grid]
 */
import { createStudy, float, GpSampler, GridSampler, NopPruner, StagedSampler } from 'asktell';
import { RepeatedStratifiedKFold, StudySearchCV } from 'asktell/ml';
import { penguins } from './data/penguins.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { loadSvm } from './support/libsvm.ts';
import { bestSoFar, plot } from './support/plot.ts';
import { short, table } from './support/table.ts';

const { features, labels } = penguins();
const svm = await loadSvm();
const space = { cost: float(0.01, 1e4, { log: true }), gamma: float(1e-5, 10, { log: true }) };
const cells = 16;
const sampler = new StagedSampler({
  stages: [
    { sampler: new GridSampler({ points: { cost: 4, gamma: 4 } }) }, // ends after 16 trials
    { sampler: new GpSampler(), region: { quantile: 0.25, margin: 0.25, outside: 0.1 } },
  ],
});
const study = await createStudy({ space, sampler, direction: 'maximize', seed: 1, pruner: new NopPruner() });
const search = new StudySearchCV((params) => svm({ kernel: 'rbf', ...params }), study, {
  cv: new RepeatedStratifiedKFold({ folds: 5, repeats: 3, seed: 1 }), // a mean of 15 scores: little noise
  seed: 1,
  trials: cells + trialsFromArguments(30),
});
await search.fit(features, labels);

const trials = await study.trials();
const grid = trials.slice(0, cells);
const levels = (name: 'cost' | 'gamma'): readonly number[] =>
  [...new Set(grid.map(({ params }) => params[name]))].sort((a, b) => a - b);
const scoreAt = (cost: number, gamma: number): string => {
  const cell = grid.find(({ params }) => params.cost === cost && params.gamma === gamma);
  return cell?.state === 'complete' ? (cell.value as number).toFixed(3) : 'pruned';
};
console.log('coarse grid: accuracy by C and gamma');
console.log(
  table(
    levels('cost').map((cost) => ({
      C: short(cost),
      ...Object.fromEntries(levels('gamma').map((gamma) => [`gamma ${short(gamma)}`, scoreAt(cost, gamma)])),
    })),
  ),
);

console.log('\nregions of the fine search');
console.log(
  table(
    sampler.regions(study.history).map(({ trials: after, params }) => {
      const side = (name: string): string => {
        const { low, high } = params[name] as { readonly low: number; readonly high: number };
        return `${short(low)} to ${short(high)}`;
      };
      return { 'after trial': after - 1, C: side('cost'), gamma: side('gamma') };
    }),
  ),
);

const values = trials.map(({ state, value }) => (state === 'complete' ? (value as number) : Number.NaN));
console.log('\nbest accuracy so far');
console.log(plot(bestSoFar(values), { height: 6 }));
const bestOf = (search: string, part: typeof trials) => {
  const complete = part.filter(({ state }) => state === 'complete');
  const best = complete.reduce((a, b) => ((b.value as number) > (a.value as number) ? b : a));
  return {
    search,
    accuracy: (best.value as number).toFixed(4),
    C: short(best.params.cost),
    gamma: short(best.params.gamma),
  };
};
console.log(`\n${table([bestOf('coarse', grid), bestOf('fine', trials.slice(cells))])}`);
