// biome-ignore-all lint/correctness/noNodejsModules: this is a process of its own, started by the tests beside it
import { argv } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { loadStudy } from 'asktell';

/** One of a fleet that works on a study together with Optuna, until the study has so many trials. */
const [, , file, total] = argv;
const study = await loadStudy({ name: 'fleet', storage: /** @type {string} */ (file) });
await study.optimize(
  async (trial) => {
    const x = trial.suggestFloat('x', -5, 5);
    const n = trial.suggestInt('n', 1, 64, { log: true });
    const c = trial.suggestCategorical('c', [null, false, 'a', 2.5]);
    await trial.setUserAttr('side', 'node');
    await later(100); // Optuna is slow: it shall have its part
    const value = x ** 2 + n + (c === 'a' ? 1 : 0);
    await trial.report(value, 0);
    return value;
  },
  { trials: { total: Number(total) } },
);
await study.close();
