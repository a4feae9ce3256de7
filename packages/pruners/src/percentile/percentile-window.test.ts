import { createStudy, type Sampler, type Study } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOfLast } from '../rules/mean-of-last.ts';
import { MedianPruner } from './median-pruner.ts';

const sampler: Sampler = {
  name: 'none',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: () => 0,
};

/** A study with one complete trial, whose reports begin at step 0. */
async function studyWith(reports: readonly number[], window?: number): Promise<Study> {
  const pruner = new MedianPruner({ startupTrials: 1, ...(window === undefined ? {} : { window }) });
  const study = (await createStudy({ pruner, sampler })) as unknown as Study;
  const intermediateValues = Object.fromEntries(reports.map((value, step) => [step, value]));
  await study.addTrial({ state: 'complete', value: 0, intermediateValues });
  return study;
}

async function answers(study: Study, reports: readonly number[]): Promise<readonly boolean[]> {
  const trial = await study.ask();
  const given: boolean[] = [];
  for (const [step, value] of reports.entries()) {
    await trial.report(value, step);
    given.push(await trial.shouldPrune());
  }
  return given;
}

describe('window', () => {
  it('ends the protection by one lucky report', async () => {
    const lucky = [0, 5, 5, 5];
    expect(await answers(await studyWith([1, 1, 1, 1]), lucky)).toEqual([false, false, false, false]);
    expect(await answers(await studyWith([1, 1, 1, 1], 2), lucky)).toEqual([false, true, true, true]);
  });

  it('compares means with means', async () => {
    const study = await studyWith([9, 1, 9, 1], 2); // means 9, 5, 5, 5
    expect(await answers(study, [8, 1.5, 8.5, 2])).toEqual([false, false, false, true]);
  });

  it('ignores NaN, and prunes when the window contains nothing else', async () => {
    const study = await studyWith([1, 1, 1, 1], 2);
    expect(await answers(study, [0, Number.NaN, Number.NaN, 0])).toEqual([false, false, true, false]);
  });

  it('is the mean of the last values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (values, window) => {
        const last = values.slice(-window);
        expect(meanOfLast(values, values.length, window)).toBe(last.reduce((a, b) => a + b, 0) / last.length);
      }),
    );
  });
});
