import { createStudy, type Pruner, type Sampler } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RacingPruner } from './racing-pruner.ts';

const sampler: Sampler = {
  name: 'middle',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: () => 0,
};

/** Measures trials fold by fold, and returns how many folds each got. */
async function race(
  pruner: Pruner,
  trials: readonly (readonly number[])[],
  direction: 'minimize' | 'maximize' = 'maximize',
) {
  const study = await createStudy({ sampler, pruner, direction });
  const folds: number[] = [];
  for (const scores of trials) {
    const trial = await study.ask();
    let seen = 0;
    let isPruned = false;
    for (const [fold, score] of scores.entries()) {
      await trial.report(score, fold);
      seen++;
      if (fold < scores.length - 1 && (await trial.shouldPrune())) {
        isPruned = true;
        break;
      }
    }
    folds.push(seen);
    if (isPruned) await study.tell(trial, null, { state: 'pruned' });
    else await study.tell(trial, scores.reduce((a, b) => a + b, 0) / scores.length);
  }
  return folds;
}

/** Scores with a common effect of the fold, which pairing removes. */
const folds = (level: number, noise: readonly number[]): number[] => noise.map((e, fold) => level + fold * 10 + e);
const startup = [
  folds(0, [0.1, -0.1, 0.1, -0.1, 0]),
  folds(0, [-0.1, 0, 0.1, 0.1, -0.1]),
  folds(0, [0, 0.1, -0.1, 0, 0]),
  folds(0, [0.1, 0, 0, -0.1, 0.1]),
];

describe('RacingPruner', () => {
  it('stops a clearly worse trial after one fold, although folds differ more than trials', async () => {
    expect((await race(new RacingPruner(), [...startup, folds(-3, [0, 0, 0, 0, 0])])).at(-1)).toBe(1);
  });

  it('keeps better and equal trials to the end', async () => {
    const others = [folds(1, [0, 0, 0, 0, 0]), folds(1, [0, 0, 0, 0, 0])];
    expect(await race(new RacingPruner(), [...startup, ...others])).toEqual([5, 5, 5, 5, 5, 5]);
  });

  it('waits for the startup trials', async () => {
    const worse = folds(-3, [0, 0, 0, 0, 0]);
    expect(await race(new RacingPruner({ startupTrials: 5 }), [...startup, worse, worse])).toEqual([5, 5, 5, 5, 5, 1]);
  });

  it('does not compare with a trial that was told with its mean so far', async () => {
    const study = await createStudy({ sampler, pruner: new RacingPruner(), direction: 'maximize' });
    for (const scores of startup) {
      const trial = await study.ask();
      for (const [fold, score] of scores.entries()) await trial.report(score, fold);
      await study.tell(trial, 20);
    }
    const stopped = await study.ask();
    await stopped.report(50, 0); // an easy first fold
    await study.tell(stopped, 50);
    const trial = await study.ask();
    await trial.report(0.1, 0);
    expect(await trial.shouldPrune()).toBe(false);
    await trial.report(7, 1);
    expect(await trial.shouldPrune()).toBe(true);
  });

  it('gives the same decisions when the signs of all scores and the direction are reversed', async () => {
    const score = fc.double({ min: -5, max: 5, noNaN: true });
    const runs = fc.array(fc.array(score, { minLength: 4, maxLength: 4 }), { minLength: 3, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(runs, async (trials) => {
        const pruner = new RacingPruner({ startupTrials: 2, confidence: 0.8 });
        const mirrored = trials.map((scores) => scores.map((value) => -value));
        expect(await race(pruner, mirrored, 'minimize')).toEqual(await race(pruner, trials));
      }),
      { numRuns: 50 },
    );
  });

  it('rarely stops a trial that would have been the best', async () => {
    let state = 1;
    const uniform = (): number => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = (): number => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    let lost = 0;
    let saved = 0;
    const rounds = 60;
    for (let round = 0; round < rounds; round++) {
      const effects = Array.from({ length: 10 }, () => 3 * normal());
      const trials = Array.from({ length: 25 }, () => {
        const level = normal();
        return effects.map((effect) => level + effect + normal());
      });
      const counts = await race(new RacingPruner(), trials);
      const means = trials.map((scores) => scores.reduce((a, b) => a + b, 0));
      const best = means.indexOf(Math.max(...means));
      if ((counts[best] as number) < 10) lost++;
      saved += counts.reduce((sum, count) => sum + 10 - count, 0) / 250;
    }
    // 5 % of the trials that overtake the best one may be lost at each step, so 1 in 5 of the races is generous.
    expect(lost).toBeLessThanOrEqual(rounds / 5);
    expect(saved / rounds).toBeGreaterThan(0.4);
  });

  it('rejects invalid options', () => {
    for (const options of [{ confidence: 0.4 }, { confidence: 2 }, { startupTrials: -1 }, { folds: 3 }])
      expect(() => new RacingPruner(options as object)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  it('refuses several objectives', async () => {
    const study = await createStudy({
      sampler: { ...sampler, supports: { objectives: 'many' } },
      pruner: new RacingPruner(),
      directions: ['minimize', 'minimize'],
    });
    const trial = await study.ask();
    await trial.report(1, 0).catch(() => undefined);
    await expect(trial.shouldPrune()).rejects.toMatchObject({ code: 'unsupported' });
  });
});
