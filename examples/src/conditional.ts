/**
 * Conditional parameters: a choice of classifier, each with its own parameters. With `oneOf`, `params.model` is a union
 * discriminated by `type`. Parameters of other branches are neither sampled nor stored. `where` excludes combinations.
 * The task is to classify male and female penguins.
 */
import { categorical, createStudy, float, int, oneOf, where } from 'asktell';
import { stratifiedFolds } from './data/folds.ts';
import { penguins } from './data/penguins.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { short, table } from './support/table.ts';

const { features, labels, classes } = penguins();
const folds = stratifiedFolds(labels, 5, 1);

/** Returns a score for each class. The class with the highest score is predicted. */
type Model = (penguin: readonly number[]) => readonly number[];

function neighbours(train: readonly number[], k: number, power: number): Model {
  return (penguin) => {
    const near = train
      .map((i) => ({
        label: labels[i],
        distance: penguin.reduce((sum, x, j) => sum + Math.abs(x - (features[i]?.[j] as number)) ** power, 0),
      }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, k);
    return classes.map((_, label) => near.filter((other) => other.label === label).length);
  };
}

function gaussians(train: readonly number[], smoothing: number, shared: boolean): Model {
  const spread = (rows: readonly number[], j: number, mean: number): number =>
    rows.reduce((sum, i) => sum + ((features[i]?.[j] as number) - mean) ** 2, 0) / rows.length;
  const fitted = classes.map((_, label) => {
    const rows = train.filter((i) => labels[i] === label);
    const means = (features[0] as number[]).map(
      (_x, j) => rows.reduce((sum, i) => sum + (features[i]?.[j] as number), 0) / rows.length,
    );
    return { means, variances: means.map((mean, j) => smoothing + spread(shared ? train : rows, j, mean)) };
  });
  return (penguin) =>
    fitted.map(({ means, variances }) =>
      penguin.reduce(
        (sum, x, j) =>
          sum - (x - (means[j] as number)) ** 2 / (variances[j] as number) - Math.log(variances[j] as number),
        0,
      ),
    );
}

const study = await createStudy({
  direction: 'maximize',
  seed: 1,
  space: where(
    {
      model: oneOf({
        neighbours: { k: int(1, 40), power: float(0.5, 4) },
        gaussians: { smoothing: float(1e-3, 1e1, { log: true }), shared: categorical([true, false]) },
      }),
    },
    'model.neighbours.k % 2 == 1', // avoids ties between the two classes; applies only to the branch with a k
  ),
});

await study.optimize(
  ({ params: { model } }) => {
    const right = folds.flatMap(({ train, test }) => {
      // The check of `type` narrows the parameters of `model`.
      const classify =
        model.type === 'neighbours'
          ? neighbours(train, model.k, model.power)
          : gaussians(train, model.smoothing, model.shared);
      return test.filter((i) => {
        const scores = classify(features[i] as number[]);
        return scores.indexOf(Math.max(...scores)) === labels[i];
      });
    });
    return right.length / labels.length;
  },
  { trials: trialsFromArguments(60) },
);

const trials = (await study.trials()).sort((a, b) => (b.value as number) - (a.value as number));
for (const type of ['neighbours', 'gaussians'] as const) {
  const best = trials.filter((trial) => trial.params.model.type === type).slice(0, 3);
  console.log(`best of ${type}`);
  console.log(
    table(
      best.map(({ number, value, params: { model } }) =>
        model.type === 'neighbours'
          ? { trial: number, accuracy: (value as number).toFixed(3), k: model.k, power: short(model.power) }
          : {
              trial: number,
              accuracy: (value as number).toFixed(3),
              smoothing: short(model.smoothing),
              shared: String(model.shared),
            },
      ),
    ),
  );
}
