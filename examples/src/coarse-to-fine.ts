/**
 * A coarse grid first, then TPE in its best region. The grid shows the landscape of an SVM (C and gamma) in 16 cells; the region
 * around its best quarter, half a cell wider on each side,
 * becomes the space of the second search, which starts with the best cell.
 */
import { createStudy, float, RacingPruner } from 'asktell';
import { GridSearchCV, StudySearchCV } from 'asktell/ml';
import { penguins } from './data/penguins.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { loadSvm } from './support/libsvm.ts';
import { bestSoFar, plot } from './support/plot.ts';
import { short, table } from './support/table.ts';

const { features, labels } = penguins();
const svm = await loadSvm();
const factory = (params: { readonly cost: number; readonly gamma: number }) => svm({ kernel: 'rbf', ...params });
const options = { cv: 5, seed: 1 };

const cost = [0.1, 1, 10, 100];
const gamma = [0.001, 0.01, 0.1, 1];
const coarse = await new GridSearchCV(factory, { cost, gamma }, options).fit(features, labels);
const { params, meanTestScore } = coarse.cvResults;
const scoreAt = (c: number, g: number): number =>
  meanTestScore?.[params.findIndex((cell) => cell.cost === c && cell.gamma === g)] as number;
console.log('coarse grid: accuracy by C and gamma');
console.log(
  table(cost.map((c) => ({ C: c, ...Object.fromEntries(gamma.map((g) => [`gamma ${g}`, scoreAt(c, g).toFixed(3)])) }))),
);

const best = [...params.keys()]
  .sort((a, b) => (meanTestScore?.[b] as number) - (meanTestScore?.[a] as number))
  .slice(0, 4);
/** From half a grid step below the smallest of the best values to half a step above the largest. A step is a factor of ten. */
const region = (name: 'cost' | 'gamma') => {
  const values = best.map((i) => (params[i] as { readonly cost: number; readonly gamma: number })[name]);
  return float(Math.min(...values) / 10 ** 0.5, Math.max(...values) * 10 ** 0.5, { log: true });
};
const space = { cost: region('cost'), gamma: region('gamma') };
console.log(
  `\nregion of the second search: C ${short(space.cost.low)} to ${short(space.cost.high)}, gamma ${short(space.gamma.low)} to ${short(space.gamma.high)}`,
);

const study = await createStudy({ space, direction: 'maximize', seed: 1, pruner: new RacingPruner() });
await study.enqueue(coarse.bestParams);
const fine = new StudySearchCV(factory, study, { ...options, trials: trialsFromArguments(40) });
await fine.fit(features, labels);
console.log('\nfine search: best accuracy so far');
console.log(plot(bestSoFar([...(fine.cvResults.meanTestScore as Float64Array)]), { height: 6 }));
console.log(
  `\n${table([
    {
      search: 'coarse',
      accuracy: coarse.bestScore.toFixed(4),
      C: short(coarse.bestParams.cost),
      gamma: short(coarse.bestParams.gamma),
    },
    {
      search: 'fine',
      accuracy: fine.bestScore.toFixed(4),
      C: short(fine.bestParams.cost),
      gamma: short(fine.bestParams.gamma),
    },
  ])}`,
);
