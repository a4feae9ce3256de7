import { createStudy, fixedRepeats, type RepeatPolicy, type Sampler, type Study } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { RacingRepeats, type RacingRepeatsState } from './racing-repeats.ts';

const sampler: Sampler = { name: 'middle', config: { version: 1, options: {} }, supports: {}, sampleOne: () => 0 };

/** Asks the policy after each measurement as `optimize` does, with the state absorbed from finished trials in order. */
async function run(
  policy: RepeatPolicy,
  trials: readonly (readonly number[])[],
  max: number,
  direction: 'minimize' | 'maximize' = 'minimize',
) {
  const study: Study = await createStudy({ sampler, direction });
  const { history } = study;
  const context = { study: study.name, history };
  const state = policy.fold?.init(context);
  const counts: number[] = [];
  for (const values of trials) {
    const trial = await study.ask();
    let step = 0;
    for (; step < max; step++) {
      await trial.report(values[step] as number, step);
      const rng = () => {
        throw new Error('The policy is deterministic.');
      };
      const again =
        step < max - 1 && policy.again(state, { study: study.name, number: trial.number, step, history, rng, max });
      if (!again) break;
    }
    const seen = values.slice(0, step + 1);
    counts.push(seen.length);
    await study.tell(trial, seen.reduce((a, b) => a + b, 0) / seen.length);
    policy.fold?.absorb(state, trial.number, context);
  }
  return counts;
}

describe('RacingRepeats', () => {
  const good = [1, 1.2, 0.9, 1.1, 0.8];

  it('measures weak trials once, and good ones to the end', async () => {
    const weak = [9, 9, 9, 9, 9];
    expect(await run(new RacingRepeats(), [good, weak, good, weak], 5)).toEqual([5, 1, 5, 1]);
  });

  it('maximizes', async () => {
    const negative = (values: readonly number[]): number[] => values.map((value) => -value);
    expect(await run(new RacingRepeats(), [good, [9, 9, 9, 9, 9]].map(negative), 5, 'maximize')).toEqual([5, 1]);
  });

  it('does not stop a trial that is not yet distinguishable', async () => {
    expect(await run(new RacingRepeats(), [good, [1.2, 0.9, 1.1, 1, 0.9]], 5)).toEqual([5, 5]);
  });

  it('has no noise to compare with in the first trial, and measures at least as often as asked', async () => {
    expect(await run(new RacingRepeats({ least: 3 }), [good, [9, 9, 9, 9, 9]], 5)).toEqual([5, 3]);
  });

  it('keeps a trial that has measured NaN', async () => {
    const { fold } = new RacingRepeats();
    const study = await createStudy({ sampler });
    const state = fold.init({ study: study.name, history: study.history }) as RacingRepeatsState;
    expect(state).toEqual({ row: -1, scatter: 0, degrees: 0 });
    for (const [i, values] of [[1, 2], [Number.NaN]].entries()) {
      const trial = await study.ask();
      for (const [step, value] of values.entries()) await trial.report(value, step);
      if (i === 0) await study.tell(trial, 1.5);
    }
    fold.absorb(state, 0, { study: study.name, history: study.history });
    expect(state).toEqual({ row: 0, scatter: 0.5, degrees: 1 });
    const ctx = { study: study.name, number: 1, step: 0, history: study.history, max: 5 };
    expect(new RacingRepeats().again(state, ctx as never)).toBe(true);
  });

  it('rejects invalid options', () => {
    for (const options of [{ confidence: 0.2 }, { least: 0 }, { max: 3 }])
      expect(() => new RacingRepeats(options as object)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });
});

describe('fixedRepeats', () => {
  it('measures each trial as often as allowed', async () => {
    expect(
      await run(
        fixedRepeats,
        [
          [1, 1, 1],
          [9, 9, 9],
        ],
        3,
      ),
    ).toEqual([3, 3]);
  });
});
