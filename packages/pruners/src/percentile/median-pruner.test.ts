import {
  createStudy,
  type FrozenTrial,
  MemoryStorage,
  type Sampler,
  TrialPruned,
  type TrialState,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { MedianPruner } from './median-pruner.ts';

/** Suggests `levels[n]` for trial n, the constant value of its learning curve. */
const sampler: Sampler<undefined> = {
  name: 'level',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: (_state, { trial }) => levels[trial.number % levels.length] as number,
};
const levels = [3, 1, 2, 5, 4, 9, 0, 9, 2];

/** Reports the level of each trial for ten steps, with a pruning check after each report. Returns the trials. */
async function run(direction: 'minimize' | 'maximize'): Promise<FrozenTrial[]> {
  const study = await createStudy({
    sampler,
    direction,
    pruner: new MedianPruner({ startupTrials: 3, warmupSteps: 2 }),
  });
  await study.optimize(
    async (trial) => {
      const level = trial.suggestInt('level', 0, 9);
      for (let step = 0; step < 10; step++) {
        await trial.report(level, step);
        if (await trial.shouldPrune()) throw new TrialPruned();
      }
      return level;
    },
    { trials: levels.length },
  );
  return study.trials();
}

describe('MedianPruner in a study', () => {
  it.each([
    // Values of complete trials: 3 1 2 | 3 1 2 | 3 1 2 | 3 1 2 0 | …
    ['minimize', [10, 10, 10, 3, 3, 3, 10, 3, 3]],
    // Values of complete trials: 3 1 2 | 3 1 2 5 | 3 1 2 5 4 | …
    ['maximize', [10, 10, 10, 10, 10, 10, 3, 10, 3]],
  ] as const)('prunes weak trials after the warmup: %s', async (direction, steps) => {
    const trials = await run(direction);
    expect(trials.map((trial) => trial.intermediateValues.size)).toEqual(steps);
  });

  it('uses trials that other workers have completed', async () => {
    const storage = new MemoryStorage();
    const open = (worker: string) =>
      createStudy({
        name: 's',
        storage,
        sampler,
        pruner: new MedianPruner({ startupTrials: 1 }),
        worker,
        loadIfExists: true,
      });
    const [one, two] = [await open('one'), await open('two')];
    const weak = await two.ask();
    await weak.report(5, 0);
    expect(await weak.shouldPrune()).toBe(false);
    const good = await one.ask();
    await good.report(1, 0);
    await one.tell(good, 1);
    expect(await weak.shouldPrune()).toBe(true);
  });

  it('compares only with complete trials', async () => {
    for (const state of ['complete', 'pruned', 'fail'] satisfies TrialState[]) {
      const study = await createStudy({ sampler, pruner: new MedianPruner({ startupTrials: 1 }) });
      await study.addTrial({ state, ...(state === 'complete' ? { value: 1 } : {}), intermediateValues: { 0: 1 } });
      const trial = await study.ask();
      await trial.report(2, 0);
      expect(await trial.shouldPrune()).toBe(state === 'complete');
    }
  });
});
