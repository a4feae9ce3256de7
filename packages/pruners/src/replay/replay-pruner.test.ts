import { createStudy, isAsktellError, type Pruner, type Sampler, TrialPruned } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HyperbandPruner } from '../halving/hyperband-pruner.ts';
import { SuccessiveHalvingPruner } from '../halving/successive-halving-pruner.ts';
import { MedianPruner } from '../percentile/median-pruner.ts';
import { ThresholdPruner } from '../threshold/threshold-pruner.ts';
import { WilcoxonPruner } from '../wilcoxon/wilcoxon-pruner.ts';
import { compareRules } from './compare-rules.ts';
import type { RecordedTrial } from './recorded-trial.ts';
import { replayPruner } from './replay-pruner.ts';

const constant = (number: number, level: number, steps = 4): RecordedTrial => ({
  number,
  state: 'complete',
  value: level,
  intermediateValues: Object.fromEntries(Array.from({ length: steps }, (_, step) => [step, level])),
});

describe('replayPruner', () => {
  it('says which trials would have stopped where, and what that saves', () => {
    const trials = [constant(0, 1), constant(1, 2), constant(2, 0)];
    expect(replayPruner(trials, new MedianPruner({ startupTrials: 1, warmupSteps: 1 }))).toEqual({
      stopped: [{ trial: 1, step: 1, reports: 2, of: 4 }],
      steps: 10,
      allSteps: 12,
      saved: 1 - 10 / 12,
      winner: 2,
      winnerSurvives: true,
      regret: 0,
    });
  });

  it('says what the loss of the winner costs', () => {
    const late: RecordedTrial = {
      number: 2,
      state: 'complete',
      value: -3,
      intermediateValues: new Map([
        [0, 9],
        [1, -3],
      ]),
    };
    const trials = [constant(0, 1), constant(1, 1.5), late];
    const lost = replayPruner(trials, new ThresholdPruner({ upper: 2 }));
    expect([lost.winner, lost.winnerSurvives, lost.regret]).toEqual([2, false, 4]);
    const none = replayPruner(trials, new ThresholdPruner({ upper: -9 }));
    expect([none.winnerSurvives, none.regret, none.stopped.length]).toEqual([false, Number.POSITIVE_INFINITY, 3]);
    const up = replayPruner(trials, new ThresholdPruner({ upper: 2 }), { direction: 'maximize' });
    expect([up.winner, up.winnerSurvives, up.regret]).toEqual([1, true, 0]);
  });

  it('leaves out what has not ended, and ends what was pruned or failed where it ended', () => {
    const trials: RecordedTrial[] = [
      { ...constant(3, 1), state: 'running' },
      { ...constant(1, 5, 2), state: 'pruned' },
      { ...constant(0, 7, 1), state: 'fail' },
      { ...constant(2, 4), isFeasible: false },
    ];
    const replay = replayPruner(trials, new MedianPruner());
    expect(replay).toMatchObject({ stopped: [], steps: 7, allSteps: 7, winner: undefined, winnerSurvives: undefined });
    expect(replayPruner([], new MedianPruner())).toMatchObject({ saved: 0, regret: 0 });
  });

  it.each([
    ['no pruner', [constant(0, 1)], 5 as unknown as Pruner],
    ['a complete trial without a value', [{ ...constant(0, 1), value: undefined }], new MedianPruner()],
    ['a number twice', [constant(0, 1), constant(0, 2)], new MedianPruner()],
    ['a step that is not a whole number', [{ ...constant(0, 1), intermediateValues: { x: 1 } }], new MedianPruner()],
  ])('refuses %s', (_, trials, pruner) => {
    try {
      replayPruner(trials, pruner);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'invalid-argument')).toBe(true);
    }
  });

  it('replays a pruner of a named metric', async () => {
    const study = await createStudy({
      sampler: { name: 'none', config: { version: 1, options: {} }, supports: {}, sampleOne: () => 0 },
      metrics: ['loss', 'latency'],
    });
    for (const latency of [4, 9, 3]) {
      const trial = await study.ask();
      for await (const step of trial.steps({ to: 5 })) await step.report({ loss: 1, latency });
      await study.tell(trial, 1);
    }
    const trials = await study.trials();
    const stops = (pruner: Pruner): unknown =>
      replayPruner(trials, pruner).stopped.map(({ trial, step }) => [trial, step]);
    expect(stops(new MedianPruner({ startupTrials: 1 }))).toEqual([]);
    expect(stops(new MedianPruner({ startupTrials: 1, metric: 'loss' }))).toEqual([]);
    expect(stops(new MedianPruner({ startupTrials: 1, metric: 'latency', direction: 'minimize' }))).toEqual([[1, 1]]);
  });

  it('decides as the study did that had the pruner', async () => {
    const sampler: Sampler = {
      name: 'level',
      config: { version: 1, options: {} },
      supports: {},
      sampleOne: (_state, ctx) => Math.floor(10 * ctx.rng('level').float()),
    };
    const pruners = [
      new MedianPruner({ startupTrials: 2 }),
      new SuccessiveHalvingPruner(),
      new HyperbandPruner(),
      new WilcoxonPruner({ pThreshold: 0.3 }),
    ];
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(...pruners), async (seed, pruner) => {
        const study = await createStudy({ name: 'replayed', sampler, seed, pruner });
        const curve = (level: number, step: number): number => level + Math.sin(level * 7 + step * 3 + seed);
        await study.optimize(
          async (trial) => {
            const level = trial.suggestInt('level', 0, 9);
            for (let step = 0; step < 9; step++) {
              await trial.report(curve(level, step), step);
              if (await trial.shouldPrune()) throw new TrialPruned();
            }
            return curve(level, 8);
          },
          { trials: 15 },
        );
        const trials = await study.trials();
        const whole = trials.map(({ number, params }): RecordedTrial => {
          const level = params['level'] as number;
          const values = Array.from({ length: 9 }, (_, step): [number, number] => [step, curve(level, step)]);
          return { number, state: 'complete', value: curve(level, 8), intermediateValues: new Map(values) };
        });
        const expected = trials
          .filter(({ state }) => state === 'pruned')
          .map((trial) => [trial.number, trial.intermediateValues.size]);
        const { stopped } = replayPruner(whole, pruner, { study: 'replayed' });
        expect(stopped.map(({ trial, reports }) => [trial, reports])).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe('compareRules', () => {
  it('has a row for each pruner', () => {
    const trials = [constant(0, 1), constant(1, 2), constant(2, 0)];
    const rows = compareRules(trials, {
      median: new MedianPruner({ startupTrials: 1 }),
      threshold: new ThresholdPruner({ upper: 0.5 }),
    });
    expect(rows.map(({ rule, stopped, trials: all, winnerSurvives }) => [rule, stopped, all, winnerSurvives])).toEqual([
      ['median', 1, 3, true],
      ['threshold', 2, 3, true],
    ]);
  });
});
