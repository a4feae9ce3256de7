/**
 * A TensorFlow.js network classifies the weather in Seattle. The study tunes rate, layers, neurons, activation and dropout, and
 * stops weak trials between epochs. After each epoch the weights are saved, so a run that was killed goes on in the middle of a
 * trial: run it again. The study is stored in network.db, the weights of running trials in the folder network-weights.
 *
 *   node examples/dist/network.js [trials]
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { categorical, createStudy, float, type InferParams, int, TrialPruned } from 'asktell';
import { accuracy, HoldOutSplit, takeLabels, takeRows } from 'asktell/ml';
import { seattleWeather } from './data/seattle-weather.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { bestSoFar, plot } from './support/plot.ts';
import { short, table } from './support/table.ts';
import { layers, tf } from './support/tensorflow.ts';

const epochs = 12;
const folder = 'network-weights';
const { features, labels, classes } = seattleWeather();
const [split] = new HoldOutSplit({ stratified: true, seed: 1 }).split({ samples: labels.length, labels });
if (split === undefined) throw new Error('HoldOutSplit returns one fold.');
const rows = (side: Int32Array) => ({
  X: tf.tensor2d(takeRows(features, side).map((row) => [...row])),
  y: takeLabels(labels, side),
});
const [train, test] = [rows(split.train), rows(split.test)];
const targets = tf.oneHot(tf.tensor1d([...train.y], 'int32'), classes.length);

const space = {
  rate: float(1e-4, 1e-1, { log: true }),
  layers: int(1, 3),
  neurons: int(4, 64, { log: true }),
  activation: categorical(['relu', 'tanh']),
  dropout: float(0, 0.5),
};

function network({ layers: depth, neurons, activation, dropout, rate }: InferParams<typeof space>, seed: number) {
  const model = layers.sequential();
  for (let i = 0; i < depth; i++) {
    const kernelInitializer = layers.initializers.glorotUniform({ seed: seed + i });
    const inputShape = i === 0 ? { inputShape: [features[0]?.length ?? 0] } : {};
    model.add(layers.layers.dense({ units: neurons, activation, kernelInitializer, ...inputShape }));
    model.add(layers.layers.dropout({ rate: dropout, seed }));
  }
  model.add(layers.layers.dense({ units: classes.length, activation: 'softmax' }));
  model.compile({ optimizer: tf.train.adam(rate), loss: 'categoricalCrossentropy' });
  return model;
}
type Network = ReturnType<typeof network>;

/** The weights after an epoch. A rename is atomic: a kill leaves the old file or the new one. */
const checkpoint = {
  path: (trial: number): string => `${folder}/trial-${trial}.json`,
  save(trial: number, epoch: number, model: Network): void {
    const weights = model.getWeights().map((weight) => [...weight.dataSync()]);
    writeFileSync(`${folder}/new.json`, JSON.stringify({ epoch, weights }));
    renameSync(`${folder}/new.json`, checkpoint.path(trial));
  },
  /** Returns the number of epochs that are done. The optimizer starts with fresh moments. */
  load(trial: number, model: Network): number {
    if (!existsSync(checkpoint.path(trial))) return 0;
    const saved = JSON.parse(readFileSync(checkpoint.path(trial), 'utf8')) as { epoch: number; weights: number[][] };
    model.setWeights(model.getWeights().map((weight, i) => tf.tensor(saved.weights[i] as number[], weight.shape)));
    return saved.epoch + 1;
  },
};

mkdirSync(folder, { recursive: true });
const study = await createStudy({
  name: 'network',
  storage: 'network.db',
  loadIfExists: true,
  space,
  direction: 'maximize',
  seed: 1,
});
let trained = 0;
await study.optimize(
  async (trial) => {
    const model = network(trial.params, trial.number);
    const measure = (): number => {
      const predicted = tf.tidy(() => tf.argMax(model.predict(test.X) as ReturnType<typeof tf.tensor>, 1).dataSync());
      return accuracy(test.y, Int32Array.from(predicted));
    };
    try {
      let value = Number.NaN;
      for (let epoch = checkpoint.load(trial.number, model); epoch < epochs; epoch++) {
        await model.fit(train.X, targets, { epochs: 1, batchSize: 64, shuffle: false, verbose: 0 });
        trained++;
        value = measure();
        checkpoint.save(trial.number, epoch, model);
        await trial.report(value, epoch);
        if (epoch < epochs - 1 && (await trial.shouldPrune())) throw new TrialPruned();
      }
      return Number.isNaN(value) ? measure() : value;
    } finally {
      model.dispose();
    }
  },
  {
    trials: trialsFromArguments(15),
    callbacks: [({ number }) => rmSync(checkpoint.path(number), { force: true })],
  },
);

const trials = await study.trials();
const complete = trials
  .filter(({ state }) => state === 'complete')
  .sort((a, b) => (b.value as number) - (a.value as number));
console.log(`${trials.length} trials, ${trained} epochs in this run instead of ${epochs} for each trial`);
console.log('\nbest networks');
console.log(
  table(
    complete.slice(0, 3).map(({ number, value, params }) => ({
      trial: number,
      accuracy: (value as number).toFixed(3),
      ...params,
      rate: short(params.rate),
      dropout: short(params.dropout),
    })),
  ),
);
console.log('\nbest accuracy by trial');
console.log(plot(bestSoFar(trials.map(({ value, state }) => (state === 'complete' ? (value as number) : Number.NaN)))));
await study.close();
