// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { argv } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { loadStudy } from 'asktell';

/**
 * One of several workers that share a study with Optuna until it has `total` trials. Optuna takes seconds to start and
 * waits for a trial of ours. The first trial here waits for a trial of Optuna, so that both sides contribute.
 */
const [, , file, total] = argv;
const study = await loadStudy({ name: 'fleet', log: 'warn', storage: /** @type {string} */ (file) });
const optunaIsHere = async () => (await study.trials()).some(({ userAttrs }) => userAttrs['side'] === 'python');
let isFirst = true;
await study.optimize(
  async (trial) => {
    const x = trial.suggestFloat('x', -5, 5);
    const n = trial.suggestInt('n', 1, 64, { log: true });
    const c = trial.suggestCategorical('c', [null, false, 'a', 2.5]);
    await trial.setUserAttr('side', 'node');
    while (isFirst && !(await optunaIsHere())) await later(20);
    isFirst = false;
    await later(100); // Optuna is slow
    const value = x ** 2 + n + (c === 'a' ? 1 : 0);
    await trial.report(value, 0);
    return value;
  },
  { trials: { total: Number(total) } },
);
await study.close();
