// biome-ignore-all lint/correctness/noNodejsModules: this is a process of its own, started by the tests beside it
import { writeSync } from 'node:fs';
import { argv, exit, pid } from 'node:process';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createStudy } from 'asktell';

/**
 * One worker of the process tests. It uses the built package, as a user's program does, and writes what it was promised
 * to stdout, a line of JSON each, before it goes on: what stands there has to survive whatever happens next.
 */
const [, , task, file, trials] = argv;

/** @param {object} fact */
const say = (fact) => writeSync(1, `${JSON.stringify(fact)}\n`);

const study = await createStudy({ name: 'shared', storage: /** @type {string} */ (file), loadIfExists: true, seed: 1 });

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
  await study.optimize(overlaps ? slowly : suggest, {
    trials: { total: Number(trials) },
    concurrency: overlaps ? 3 : 1,
    callbacks: [(trial) => void told.push(trial.number)],
  });
  say({ told });
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
await study.close();
exit(0);
