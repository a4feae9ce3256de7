// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { argv } from 'node:process';
import { createStudy, RandomSampler, SuccessiveHalvingPruner } from 'asktell';

/** One of several workers that report two metrics at every step. Prints what it has told: number, steps, state. */
const [, , file, trials, steps] = argv;

const study = await createStudy({
  log: 'warn', // A process that comes late finds nothing to do, and says so as info.
  name: 'metrics',
  storage: /** @type {string} */ (file),
  loadIfExists: true,
  sampler: new RandomSampler(),
  pruner: new SuccessiveHalvingPruner({ minResource: 2, reductionFactor: 2 }),
  metrics: ['loss', 'latency'],
});

/** @type {(readonly [number, number, string])[]} */
const told = [];
for await (const trial of study.take({ trials: Number(trials) })) {
  const level = trial.suggestFloat('level', 0, 1);
  let last = 0;
  for await (const step of trial.steps({ to: Number(steps) })) {
    last = step.number;
    await step.report({ latency: trial.number * 1000 + last, loss: level / last });
  }
  const { state } = await study.tell(trial, level);
  told.push([trial.number, last, state]);
}
await study.close();
console.log(JSON.stringify(told));
