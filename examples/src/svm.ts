/**
 * The program of `npm start`. It tunes a support vector machine (kernel, C, gamma: a conditional space) on a real data set,
 * with 5-fold cross-validation and the median pruner between folds. The study is stored in svm.db in the current folder. It
 * can be killed at any time. Run it again to continue.
 *
 *   node examples/dist/svm.js [trials]
 */
import { basename, resolve } from 'node:path';
import { createStudy, float, type InferParams, int, MedianPruner, oneOf, TrialPruned } from 'asktell';
import { stratifiedFolds } from './data/folds.ts';
import { seattleWeather } from './data/seattle-weather.ts';
import { trialsFromArguments } from './support/arguments.ts';
import { loadLibsvm, type SvmOptions } from './support/libsvm.ts';
import { short, table } from './support/table.ts';

const space = {
  kernel: oneOf({
    linear: { c: float(1e-2, 1e2, { log: true }) },
    rbf: { c: float(1e-2, 1e3, { log: true }), gamma: float(1e-3, 1e1, { log: true }) },
    poly: { c: float(1e-2, 3e1, { log: true }), gamma: float(1e-3, 0.3, { log: true }), degree: int(2, 3) },
  }),
};

function toSvmOptions({ kernel: { type, c, ...rest } }: InferParams<typeof space>): SvmOptions {
  return { kernel: type, cost: c, ...rest };
}

const trials = trialsFromArguments(60);
const file = resolve('svm.db');
const { features, labels, classes } = seattleWeather();
const folds = stratifiedFolds(labels, 5, 1).map(({ train, test }) => ({
  train: { features: train.map((i) => features[i] as number[]), labels: train.map((i) => labels[i] as number) },
  test: { features: test.map((i) => features[i] as number[]), labels: test.map((i) => labels[i] as number) },
}));
const classify = await loadLibsvm();

const study = await createStudy({
  name: 'svm',
  storage: file,
  loadIfExists: true,
  space,
  direction: 'maximize',
  pruner: new MedianPruner({ startupTrials: 8 }),
  seed: 1,
});

console.log(
  `Seattle's weather: ${labels.length} days, ${features[0]?.length} features, ${classes.length} classes (${classes.join(', ')})`,
);
const known = await study.trials();
const ended = known.filter((trial) => trial.state !== 'running').length;
console.log(known.length === 0 ? `new study in ${basename(file)}` : `resuming at trial ${ended} in ${basename(file)}`);

await study.optimize(
  async (trial) => {
    if (trial.isResumed) console.log(`trial ${trial.number} was interrupted; it resumes with the same parameters`);
    const options = toSvmOptions(trial.params);
    let right = 0;
    let seen = 0;
    for (const [step, { train, test }] of folds.entries()) {
      const predicted = classify(options, train, test.features);
      right += predicted.filter((label, i) => label === test.labels[i]).length;
      seen += test.labels.length;
      await trial.report(right / seen, step);
      if (step < folds.length - 1 && (await trial.shouldPrune())) throw new TrialPruned();
    }
    return right / seen;
  },
  { trials, progress: true },
);

const all = await study.trials();
const complete = all
  .filter((trial) => trial.state === 'complete')
  .sort((a, b) => (b.value as number) - (a.value as number));
const pruned = all.filter((trial) => trial.state === 'pruned').length;
const percent = (value: number | undefined): string => `${(100 * (value as number)).toFixed(2)}%`;

const [best] = complete;
if (best !== undefined) {
  console.log(`\nbest parameters: ${percent(best.value)} accuracy in trial ${best.number}`);
  for (const [name, value] of Object.entries(toSvmOptions(best.params))) {
    console.log(`  ${name.padEnd(6)}  ${typeof value === 'number' ? short(value) : value}`);
  }
  console.log('\nten best trials');
  console.log(
    table(
      complete.slice(0, 10).map((trial) => {
        const { kernel, cost, gamma, degree } = toSvmOptions(trial.params);
        return {
          trial: trial.number,
          accuracy: percent(trial.value),
          kernel,
          C: short(cost),
          gamma: gamma && short(gamma),
          degree,
        };
      }),
    ),
  );
}
console.log(
  `\n${all.length} trials, ${pruned} of them pruned. The study is stored in ${file}. Run this program again to continue it.`,
);
await study.close();
