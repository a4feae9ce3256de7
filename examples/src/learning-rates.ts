/**
 * Adam-HD, compared with a grid of fixed rates, on logistic regression of the weather in Seattle. Both start from zeros and make the
 * same number of steps. The adaptive rate is started far too small and far too large. Then a study shows how a trial begins with
 * the rate that an earlier one has learned.
 *
 *   node examples/dist/learning-rates.js [steps / 10]
 */
import { createStudy, float } from 'asktell';
import { HypergradientAdam, learnedRates, reportRates } from 'asktell/ml';
import { seattleWeather } from './data/seattle-weather.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { plot } from './support/plot.ts';
import { short, table } from './support/table.ts';

const { features, labels, classes } = seattleWeather();
const inputs = features[0]?.length ?? 0;
const steps = 10 * trialsFromArguments(40);

/** The mean cross-entropy plus a penalty on the weights, and its gradient: (inputs + 1) × classes numbers. */
function loss(weights: Float64Array, penalty: number, gradient: Float64Array): number {
  const size = classes.length;
  let sum = 0;
  gradient.fill(0);
  for (const [i, row] of features.entries()) {
    const scores = classes.map((_, c) =>
      row.reduce((score, x, j) => score + x * (weights[j * size + c] as number), weights[inputs * size + c] as number),
    );
    const largest = Math.max(...scores);
    const total = scores.reduce((all, score) => all + Math.exp(score - largest), 0);
    const label = labels[i] as number;
    sum += largest + Math.log(total) - (scores[label] as number);
    for (const [c, score] of scores.entries()) {
      const slope = (Math.exp(score - largest) / total - (c === label ? 1 : 0)) / features.length;
      for (const [j, x] of row.entries()) gradient[j * size + c] = (gradient[j * size + c] as number) + slope * x;
      gradient[inputs * size + c] = (gradient[inputs * size + c] as number) + slope;
    }
  }
  for (let i = 0; i < inputs * size; i++) gradient[i] = (gradient[i] as number) + penalty * (weights[i] as number);
  return sum / features.length + 0.5 * penalty * weights.subarray(0, inputs * size).reduce((s, w) => s + w * w, 0);
}

/** Trains and returns the loss after each step. */
function train(optimizer: HypergradientAdam, penalty = 1e-4): number[] {
  const weights = new Float64Array((inputs + 1) * classes.length);
  const gradient = new Float64Array(weights.length);
  return Array.from({ length: steps }, () => {
    const value = loss(weights, penalty, gradient);
    optimizer.step(weights, gradient);
    return value;
  });
}

const rows = [];
for (const rate of [1e-3, 1e-2, 1e-1, 1]) {
  const curve = train(new HypergradientAdam({ rate, beta: 0 }));
  rows.push({ rate: `${rate} fixed`, loss: (curve.at(-1) as number).toFixed(4), 'last rate': short(rate) });
}
for (const rate of [1e-3, 1]) {
  const optimizer = new HypergradientAdam({ rate });
  const curve = train(optimizer);
  rows.push({
    rate: `${rate} adaptive`,
    loss: (curve.at(-1) as number).toFixed(4),
    'last rate': short(optimizer.rates['all'] as number),
  });
  if (rate !== 1) continue;
  console.log('loss by step, from an adaptive rate of 1');
  console.log(`${plot(curve.map((value) => Math.min(value, 2)))}\n`);
}
console.log(table(rows));

const study = await createStudy({ space: { penalty: float(1e-5, 1e-2, { log: true }) }, seed: 1 });
let rate: number | { readonly [group: string]: number } = 1e-3;
await study.optimize(
  async (trial) => {
    const optimizer = new HypergradientAdam({ rate });
    const curve = train(optimizer, trial.params.penalty);
    await reportRates(trial, optimizer);
    return curve.at(-1) as number;
  },
  {
    trials: 2,
    callbacks: [
      (trial) => {
        rate = learnedRates(trial) ?? rate;
        console.log(`trial ${trial.number} has learned the rate ${short(learnedRates(trial)?.['all'] as number)}`);
      },
    ],
  },
);
