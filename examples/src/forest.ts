/**
 * A random forest of ml-random-forest tells male from female penguins. `GridSearchCV` with scikit-learn's options: two scores,
 * one of which decides, and the one-standard-error rule, which prefers fewer trees.
 */
import { GridSearchCV } from 'asktell/ml';
import { RandomForestClassifier } from 'ml-random-forest';
import { penguins } from './data/penguins.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { plot } from './support/plot.ts';
import { table } from './support/table.ts';

const { features, labels } = penguins();
const trees = [2, 4, 8, 16, 32].slice(0, Math.max(2, Math.min(5, trialsFromArguments(10) / 2)));
const search = new GridSearchCV(
  ({ nEstimators, maxFeatures }, { rng }) =>
    new RandomForestClassifier({ nEstimators, maxFeatures, replacement: true, noOOB: true, seed: rng.int(0, 1e6) }),
  { nEstimators: trees, maxFeatures: [0.4, 0.8] },
  {
    scoring: ['accuracy', 'f1Macro'],
    refit: { scorer: 'accuracy', oneStandardError: ({ nEstimators }) => nEstimators },
    cv: 5,
    seed: 1,
  },
);
await search.fit(features, labels);

const results = search.cvResults;
const [accuracy, spread, f1] = [results.meanTestAccuracy, results.stdTestAccuracy, results.meanTestF1Macro].map(
  (column) => Array.from(column as Float64Array, (value) => value.toFixed(3)),
) as [string[], string[], string[]];
console.log(
  table(
    results.params.map((params, i) => ({
      ...params,
      accuracy: accuracy[i],
      spread: spread[i],
      f1: f1[i],
    })),
  ),
);
console.log('\naccuracy by candidate');
console.log(plot([...(results.meanTestAccuracy as Float64Array)], { height: 6 }));
const { nEstimators, maxFeatures } = search.bestParams;
console.log(`\nwithin one standard error of the best: ${nEstimators} trees, ${maxFeatures} of the features`);
console.log(`accuracy on all rows after refitting: ${(await search.score(features, labels)).toFixed(3)}`);
