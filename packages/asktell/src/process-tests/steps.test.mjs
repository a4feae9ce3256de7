// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { argv, kill, pid } from 'node:process';
import { createStudy, float, restorePruner } from 'asktell';

/** Runs a study of 25 trials up to its end, or until this number of reports is stored. Then it kills its own process. */
const [, , file, pruner, reports] = argv;

const study = await createStudy({
  log: 'warn',
  name: 'steps',
  storage: /** @type {string} */ (file),
  loadIfExists: true,
  space: { x: float(0, 1) },
  pruner: restorePruner(JSON.parse(/** @type {string} */ (pruner))),
  seed: 5,
  orphans: { reclaim: 10 },
});
const left = 25 - (await study.trials({ states: ['complete', 'pruned'] })).length;
let stored = 0;
for await (const trial of study.take({ trials: left })) {
  const { x } = trial.params;
  let value = Number.NaN;
  for await (const step of trial.steps({ to: 27 })) {
    // Rounded, so that several reports are equal.
    value = Math.round(20 * (x + (4 * (1 - x) ** 2) / step.number + 0.2 * Math.sin(17 * x + step.number))) / 20;
    await step.report(value);
    if (++stored === Number(reports)) kill(pid, 'SIGKILL');
  }
  await study.tell(trial, value);
}
await study.close();
