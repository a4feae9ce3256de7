/**
 * The strength of ridge regression on 392 cars: a grid search with the normal equations (ml-matrix), and implicit gradients. Both
 * find the same optimum; the gradients need a fraction of the solves. Then one strength for each feature, for which a grid
 * would need millions of solves.
 */
import { KFold, linearProblem, minimizeHyperparameters } from 'asktell/ml';
import { Matrix, solve } from 'ml-matrix';
import { cars } from './data/cars.ts';
import { standardize } from './data/samples.ts';
import { short, table } from './support/table.ts';

const { features, milesPerGallon } = cars();
/** Products of two features as further features, on one scale. */
const products = features.map((row) => row.flatMap((a, i) => row.slice(i).map((b) => a * b)));
const X = standardize(features.map((row, i) => [...row, ...(products[i] as number[])]));
const y = milesPerGallon;
const folds = new KFold({ folds: 5, shuffle: true, seed: 1 }).split({ samples: y.length });

/** Half the mean squared error on the test rows, by the normal equations. */
function errorOf(strength: number): number {
  const errors = folds.map(({ train, test }) => {
    const rows = (side: Int32Array): Matrix => new Matrix(Array.from(side, (i) => [...(X[i] as number[]), 1]));
    const [A, B] = [rows(train), rows(test)];
    const penalty = Matrix.eye(A.columns).mul(strength * train.length);
    penalty.set(A.columns - 1, A.columns - 1, 0); // the intercept
    const targets = Matrix.columnVector(Array.from(train, (i) => y[i] as number));
    const weights = solve(A.transpose().mmul(A).add(penalty), A.transpose().mmul(targets));
    const residuals = Matrix.sub(B.mmul(weights), Matrix.columnVector(Array.from(test, (i) => y[i] as number)));
    return residuals.to1DArray().reduce((sum, value) => sum + value * value, 0) / (2 * test.length);
  });
  return errors.reduce((sum, error) => sum + error, 0) / errors.length;
}

const grid = Array.from({ length: 49 }, (_, i) => 10 ** (-6 + i / 8));
const errors = grid.map(errorOf);
const bestError = Math.min(...errors);
const found = minimizeHyperparameters(linearProblem(X, y, { cv: folds }), [0]);
const strength = Math.exp(found.lambda[0] as number);
console.log(`${X.length} cars, ${X[0]?.length ?? 0} features, ${folds.length} folds`);
console.log(
  table([
    {
      search: 'grid',
      strength: short(grid[errors.indexOf(bestError)] as number),
      error: bestError.toFixed(4),
      solves: grid.length,
    },
    {
      search: 'implicit gradients',
      strength: short(strength),
      error: errorOf(strength).toFixed(4),
      solves: found.solves,
    },
  ]),
);

const start = new Array<number>(X[0]?.length ?? 0).fill(found.lambda[0] as number);
const each = minimizeHyperparameters(linearProblem(X, y, { cv: folds, penalty: 'ridge-by-feature' }), start, {
  maxSteps: 20,
  lower: -9,
});
console.log(
  `one strength for each of the ${start.length} features: error ${each.value.toFixed(4)} after ${each.solves} solves (it fits the folds, too: measure it on other rows)`,
);
