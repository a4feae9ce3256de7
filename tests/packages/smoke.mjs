// Uses the installed asktell: ten trials in memory, ten in a SQLite file, and the file is opened again. The script is copied
// next to the installed tarballs and run there.
import { createStudy, float, loadStudy, RandomSampler } from 'asktell';

const space = { x: float(-1, 1) };

/** @param {{ x: number }} params */
const loss = ({ x }) => x * x;

/** @param {unknown} actual @param {unknown} expected @param {string} what */
function same(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${actual} instead of ${expected}`);
}

const inMemory = await createStudy({ space, sampler: new RandomSampler(), seed: 1 });
await inMemory.optimize((trial) => loss(trial.params), { trials: 10 });
same((await inMemory.trials()).length, 10, 'trials in memory');
const best = await inMemory.bestValue();
await inMemory.close();

const usual = await createStudy({ space, seed: 1 });
await usual.optimize((trial) => loss(trial.params), { trials: 10 });
same((await usual.trials()).length, 10, 'trials with the defaults');
await usual.close();

const stored = await createStudy({ name: 'smoke', storage: 'smoke.db', space, sampler: new RandomSampler(), seed: 1 });
await stored.optimize((trial) => loss(trial.params), { trials: 10 });
await stored.close();

const again = await loadStudy({ name: 'smoke', storage: 'smoke.db' });
same((await again.trials({ states: ['complete'] })).length, 10, 'trials in the file');
same(await again.bestValue(), best, 'best value of the same seed');
await again.close();
console.log(`Node ${process.versions.node}: 10 trials in memory, 10 in SQLite, best ${best}`);
