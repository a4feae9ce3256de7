// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { argv, stdout } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { categorical, createStudy, float, int } from 'asktell';

/**
 * One of several processes that try the 27 points of a space without repeats. Writes the numbers of its trials. The first
 * trial waits until each process has one. Otherwise the first process could finish before the last one starts.
 */
const [, , file, processes] = argv;
const study = await createStudy({
  log: 'warn', // A process that comes late finds nothing to do, and says so as info.
  name: 'cube',
  storage: /** @type {string} */ (file),
  loadIfExists: true,
  seed: 1,
  duplicates: 'avoid',
  space: { a: int(1, 3), b: float(0, 1, { step: 0.5 }), c: categorical(['x', 'y', 'z']) },
});
/** @type {number[]} */
const told = [];
await study.optimize(
  async ({ number, params }) => {
    told.push(number);
    if (told.length === 1) while ((await study.trials()).length < Number(processes)) await later(5);
    await later(number % 5);
    if (number % 4 === 3) throw new Error('every fourth fails');
    return params.a + params.b;
  },
  { catch: true },
);
stdout.write(JSON.stringify(told));
await study.close();
