// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { writeSync } from 'node:fs';
import nodeProcess, { argv, exit, pid } from 'node:process';
import { setTimeout as later } from 'node:timers/promises';
import { BruteForceSampler, createStudy, float, GridSampler, int, TpeSampler } from 'asktell';

/** One worker of the tests about interruptions, crashes and namespaces. It uses the built package. */
const [, , task = '', file = '', ...rest] = argv;

/** @param {object} fact */
const say = (fact) => writeSync(1, `${JSON.stringify(fact)}\n`);

if (task === 'ahead') {
  const { now } = Date;
  Date.now = () => now() + 120_000;
}

/** @param {object} options */
const open = (options) =>
  createStudy({
    name: 'life',
    log: 'warn',
    storage: file,
    loadIfExists: true,
    seed: 1,
    sampler: new TpeSampler(),
    ...options,
  });

const cells = { a: int(1, 3), b: int(1, 4) };

/** The cell that kills every process that measures it. */
const isDeadly = (/** @type {number} */ a, /** @type {number} */ b) => a === 2 && b === 3;

/** @type {{ readonly [task: string]: () => Promise<unknown> }} */
const tasks = {
  /** Trials that take a while. */
  slow: async () => {
    const study = await open({ space: { x: float(0, 1) } });
    await study.optimize(
      async (trial) => {
        say({ started: trial.number, x: trial.params.x, resumed: trial.isResumed });
        await later(Number(rest[0]));
        return trial.params.x;
      },
      { trials: { total: Number(rest[1]) }, concurrency: Number(rest[2] ?? 1) },
    );
    await study.close();
  },
  slowTake: async () => {
    const study = await open({ space: { x: float(0, 1) } });
    for await (const trial of study.take({ trials: { total: Number(rest[1]) } })) {
      say({ started: trial.number, x: trial.params.x, resumed: trial.isResumed });
      await later(Number(rest[0]));
      await study.tell(trial, trial.params.x);
    }
    await study.close();
  },
  /** A program that decides itself what an interruption does. */
  exits: async () => {
    nodeProcess.on('SIGINT', () => exit(7));
    await tasks['slow']?.();
  },
  reloads: async () => {
    nodeProcess.on('SIGHUP', () => say({ reloaded: true }));
    await tasks['slow']?.();
  },
  grid: () => deadlyGrid({ sampler: new GridSampler(), space: cells }),
  tpe: () => deadlyGrid({ sampler: new TpeSampler({ seed: 1 }), space: cells, duplicates: 'avoid' }),
  bruteForce: () => deadlyGrid({ sampler: new BruteForceSampler(), space: cells }),
  defineByRun: async () => {
    const study = await open({ sampler: new BruteForceSampler() });
    await study.optimize((trial) => deadly(trial.suggestInt('a', 1, 3), trial.suggestInt('b', 1, 4), trial.number));
    await study.close();
  },
  take: async () => {
    const study = await open({ sampler: new GridSampler(), space: cells });
    for await (const trial of study.take())
      await study.tell(trial, deadly(trial.params.a, trial.params.b, trial.number));
    await study.close();
  },
  /** Asks for one trial and tells its number. */
  one: async () => {
    const study = await open({ space: { x: float(0, 1) } });
    const { value } = await study.take({ trials: 1 }).next();
    say({ took: value?.number });
    if (value !== undefined) await study.tell(value, 0);
    await study.close();
  },
};
tasks['ahead'] = /** @type {() => Promise<unknown>} */ (tasks['one']);

/** @param {object} options */
async function deadlyGrid(options) {
  const study = await open(options);
  await study.optimize(async ({ params, number }) => {
    await later(5);
    return deadly(Number(params['a']), Number(params['b']), number);
  });
  await study.close();
}

/**
 * @param {number} a
 * @param {number} b
 * @param {number} number
 */
function deadly(a, b, number) {
  if (isDeadly(a, b)) {
    say({ dies: number });
    nodeProcess.kill(pid, 'SIGKILL');
  }
  return a * b;
}

await tasks[task]?.();
say({ done: true });
