/**
 * XGBoost (ml-xgboost, WebAssembly) predicts the miles per gallon of cars. `StudySearchCV` with TPE against `RandomizedSearchCV`
 * with as many candidates: how many fits does pruning between folds save?
 */
import { float, int } from 'asktell';
import { RandomizedSearchCV, StudySearchCV } from 'asktell/ml';
import { cars } from './data/cars.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { bestSoFar, plot } from './support/plot.ts';
import { short, table } from './support/table.ts';
import { loadXgboost } from './support/xgboost.ts';

const { features, milesPerGallon } = cars();
const xgboost = await loadXgboost();
const space = {
  max_depth: int(1, 8),
  eta: float(0.01, 0.5, { log: true }),
  subsample: float(0.4, 1),
  min_child_weight: float(1, 20, { log: true }),
  iterations: int(10, 80),
};
const options = {
  scoring: 'negRootMeanSquaredError',
  cv: 5,
  seed: 1,
  trials: trialsFromArguments(30),
  refit: true,
} as const;
const searches = {
  'random search': new RandomizedSearchCV(xgboost, space, options),
  'TPE, pruned': new StudySearchCV(xgboost, space, options),
};
const rows = [];
const curves = new Map<string, number[]>();
for (const [name, search] of Object.entries(searches)) {
  await search.fit(features, milesPerGallon);
  const { cvResults, bestScore, bestParams } = search;
  const fits = cvResults.params.reduce(
    (sum, _, i) =>
      sum + [0, 1, 2, 3, 4].filter((fold) => !Number.isNaN(cvResults[`split${fold}TestScore`]?.[i])).length,
    0,
  );
  rows.push({
    search: name,
    error: short(-bestScore),
    fits,
    depth: bestParams.max_depth,
    eta: short(bestParams.eta),
    rounds: bestParams.iterations,
  });
  curves.set(name, bestSoFar([...(cvResults.meanTestScore as Float64Array)]));
  await search.close();
}
console.log('root mean squared error in miles per gallon');
console.log(table(rows));
for (const [name, curve] of curves) console.log(`\n${name}: best score by candidate\n${plot(curve, { height: 6 })}`);
