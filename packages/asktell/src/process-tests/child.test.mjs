// biome-ignore-all lint/correctness/noNodejsModules: the tests in this folder run this file as a process
import { writeSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { argv, exit, pid } from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createStudy } from 'asktell';

/**
 * One worker of the process tests. It uses the built package, as a user's program does. It writes each acknowledged
 * operation to stdout as a line of JSON before it continues. Every operation in the output must survive a kill.
 */
const [, , task, file, trials] = argv;

/** @param {object} fact */
const say = (fact) => {
  const line = `${JSON.stringify(fact)}\n`;
  for (let written = 0; written < line.length; ) {
    try {
      written += writeSync(1, line.slice(written));
    } catch (error) {
      if (/** @type {{ code?: string }} */ (error).code !== 'EAGAIN') throw error; // the pipe is full
    }
  }
};

const study = await createStudy({
  log: 'warn', // A process that comes late finds nothing to do, and says so as info.
  name: 'shared',
  storage: /** @type {string} */ (file),
  loadIfExists: true,
  seed: 1,
  orphans: { reclaim: 1000 }, // the tests kill so often that a trial would end as crashed
});

/** @param {import('asktell').Trial} trial */
function suggest(trial) {
  const x = trial.suggestFloat('x', -5, 5);
  const kind = trial.suggestCategorical('kind', ['a', 'b', null]);
  return x ** 2 + (kind === 'a' ? trial.suggestInt('n', 0, 9) : 0);
}

if (task === 'share') {
  /** @type {number[]} */
  const told = [];
  /** @param {import('asktell').Trial} trial */
  const slowly = async (trial) => {
    await nextTurn();
    return suggest(trial);
  };
  const overlaps = pid % 2 === 1;
  const delays = monitorEventLoopDelay({ resolution: 1 });
  await study.optimize(suggest, { trials: 20, callbacks: [(trial) => void told.push(trial.number)] }); // warms up the JIT
  delays.enable();
  await study.optimize(overlaps ? slowly : suggest, {
    trials: { total: Number(trials) },
    concurrency: overlaps ? 3 : 1,
    callbacks: [(trial) => void told.push(trial.number)],
  });
  say({ told, stallMs: delays.max / 1e6 });
} else if (task === 'read') {
  // Reads until all trials are finished. Throws if a finished trial changes or a number is missing.
  /** @type {Map<number, string>} */
  const finished = new Map();
  for (let looks = 1; ; looks++) {
    const seen = await study.trials();
    for (const [i, trial] of seen.entries()) {
      if (trial.number !== i) throw new Error(`trial ${trial.number} is at place ${i}`);
      const { state, values, params } = trial;
      if (state === 'running') {
        if (finished.has(i)) throw new Error(`trial ${i} runs again`);
        continue;
      }
      const known = finished.get(i);
      // Known trials are compared only at the end, which keeps the reads fast and frequent.
      if (known !== undefined && finished.size < Number(trials)) continue;
      const now = JSON.stringify([state, values, params]);
      if (known !== undefined && known !== now) throw new Error(`trial ${i} has changed from ${known} to ${now}`);
      finished.set(i, now);
    }
    if (finished.size >= Number(trials)) {
      say({ looks, finished: finished.size });
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
} else if (task === 'forget' || task === 'exit') {
  await study.optimize(suggest, { trials: Number(trials) });
  say({ done: true });
  if (task === 'exit') exit(0);
} else {
  say({ ready: true });
  for await (const trial of study.take({ trials: Number(trials) })) {
    const value = suggest(trial);
    await trial.report(value, 0);
    say({ reported: trial.number, params: trial.params, resumed: trial.isResumed });
    await trial.setUserAttr('square', value);
    await study.tell(trial, value);
    say({ told: trial.number, value });
  }
  say({ done: true });
}
if (task !== 'forget') {
  await study.close();
  exit(0);
}
