// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { writeSync } from 'node:fs';
import { argv } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { createStudy, float, TpeSampler } from 'asktell';

/** One worker of the torture test: it interrupts its own work in every way that users do. */
const [, , file, total] = argv;

/** @param {object} fact */
function say(fact) {
  const line = `${JSON.stringify(fact)}\n`;
  for (let written = 0; written < line.length; ) {
    try {
      written += writeSync(1, line.slice(written));
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code !== 'EAGAIN') throw error; // the pipe is full
    }
  }
}

const open = () =>
  createStudy({
    log: 'warn', // A process that comes late finds nothing to do, and says so as info.
    name: 'chaos',
    storage: /** @type {string} */ (file),
    loadIfExists: true,
    space: { x: float(0, 1) },
    sampler: new TpeSampler(), // Processes live for some hundred milliseconds. The models of the default sampler would take most of them.
  });
const budget = { trials: { total: Number(total) } };
const choose = (/** @type {number} */ n) => Math.floor(Math.random() * n);

/** @param {import('asktell').Trial<{ x: number }>} trial */
async function measure(trial) {
  await trial.report(trial.params.x, 0);
  if (Math.random() < 0.2) await later(choose(5), undefined, { signal: trial.signal });
  if (Math.random() < 0.01) throw new Error('broken');
  return trial.params.x;
}

const noticed = { callbacks: [(/** @type {{ number: number }} */ { number }) => say({ told: number })], catch: true };

/** @type {((study: import('asktell').Study<{ x: number }>) => Promise<unknown>)[]} */
const ways = [
  (study) => study.optimize(measure, { ...budget, ...noticed, timeout: 1 + choose(100), concurrency: 3 }),
  (study) => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), choose(100));
    return study.optimize(measure, { ...budget, ...noticed, signal: controller.signal });
  },
  (study) => study.optimize(measure, { ...budget, ...noticed, trialTimeout: 1 + choose(5), retry: { max: 1 } }),
  (study) => {
    setTimeout(() => study.stop(), choose(100));
    return study.optimize(measure, { ...budget, ...noticed, concurrency: 2 });
  },
  (study) => {
    setTimeout(() => void study.close(), choose(50));
    return study.optimize(measure, { ...budget, ...noticed, concurrency: 2 });
  },
  async (study) => {
    for await (const trial of study.take(budget)) {
      if (Math.random() < 0.005) break;
      await study.tell(trial, trial.params.x);
      say({ told: trial.number });
    }
  },
  (study) => study.optimize(({ params }) => params.x, { ...budget, trials: 20 + choose(50), ...noticed }),
];

say({ ready: true });
for (;;) {
  const study = await open();
  const { length: finished } = (await study.trials({ states: ['complete', 'fail'] })).filter(
    ({ failure }) => failure?.code !== 'lost',
  );
  if (finished >= Number(total)) {
    await study.close();
    break;
  }
  const way = /** @type {(typeof ways)[number]} */ (ways[choose(ways.length)]);
  // The last way has no total, so it must not overshoot.
  if (way !== ways.at(-1) || finished < Number(total) * 0.5) await way(study);
  await study.close();
}
say({ done: true });
