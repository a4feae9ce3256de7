/**
 * Early stopping. A logistic regression classifies male and female penguins. It is trained by stochastic gradient descent
 * and reports its loss after every epoch. The median pruner stops trials that are worse than the median.
 */
import { categorical, createStudy, float, MedianPruner } from 'asktell';
import { stratifiedFolds } from './data/folds.ts';
import { penguins } from './data/penguins.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { random, shuffle } from './support/random.ts';

const epochs = 50;
const { features, labels } = penguins();
const [{ train, test }] = stratifiedFolds(labels, 4, 1) as [ReturnType<typeof stratifiedFolds>[number]];

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const dot = (weights: Float64Array, row: readonly number[]): number =>
  row.reduce((sum, x, j) => sum + x * (weights[j + 1] as number), weights[0] as number);

/** Cross-entropy on the test set. */
function loss(weights: Float64Array): number {
  const losses = test.map((i) => {
    const probability = sigmoid(dot(weights, features[i] as number[]));
    return -Math.log(Math.max(labels[i] === 1 ? probability : 1 - probability, 1e-12));
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

/** One epoch of mini-batch gradient descent. */
function epoch(weights: Float64Array, params: { rate: number; decay: number; batch: number }, rng: () => number): void {
  const order = shuffle([...train], rng);
  for (let start = 0; start < order.length; start += params.batch) {
    const batch = order.slice(start, start + params.batch);
    const gradient = weights.map((weight) => params.decay * weight);
    for (const i of batch) {
      const row = features[i] as number[];
      const miss = (sigmoid(dot(weights, row)) - (labels[i] as number)) / batch.length;
      gradient[0] = (gradient[0] as number) + miss;
      row.forEach((x, j) => {
        gradient[j + 1] = (gradient[j + 1] as number) + miss * x;
      });
    }
    gradient.forEach((slope, j) => {
      weights[j] = (weights[j] as number) - params.rate * slope;
    });
  }
}

const study = await createStudy({
  seed: 1,
  pruner: new MedianPruner({ startupTrials: 5, warmupSteps: 5 }),
  space: {
    rate: float(1e-4, 10, { log: true }),
    decay: float(1e-6, 1, { log: true }),
    batch: categorical([4, 16, 64]),
  },
});

let run = 0;
await study.optimize(
  async (trial) => {
    const weights = new Float64Array(1 + (features[0] as number[]).length);
    const rng = random(trial.number);
    // A pruned trial ends here.
    for await (const step of trial.steps({ from: 1, to: epochs })) {
      epoch(weights, trial.params, rng);
      run++;
      await step.report(loss(weights));
    }
    return loss(weights);
  },
  { trials: trialsFromArguments(60), progress: 'trials' },
);

const trials = await study.trials();
const pruned = trials.filter((trial) => trial.state === 'pruned');
console.log(
  `${trials.length} trials, ${pruned.length} of them pruned: ${run} epochs instead of ${trials.length * epochs}`,
);
console.log(`best loss ${(await study.bestValue())?.toFixed(4)} with`, await study.bestParams());
