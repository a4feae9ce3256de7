// Runs in a real browser: 200 trials through asktell's browser build.
import { createStudy, float, int, RandomSampler, SqliteStorage } from 'asktell';

const study = await createStudy({ space: { x: float(-5, 5), n: int(1, 8) }, sampler: new RandomSampler(), seed: 7 });
await study.optimize((trial) => trial.params.x ** 2 + trial.params.n, { trials: 200 });

let refusal = '';
try {
  new SqliteStorage('study.db');
} catch (error) {
  refusal = /** @type {{ code: string }} */ (error).code;
}
const trials = await study.trials({ states: ['complete'] });
Object.assign(globalThis, { result: { trials: trials.length, best: await study.bestValue(), refusal } });
