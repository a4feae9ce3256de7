import { createStudy, isAsktellError, type Json, type Sampler, type Study } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { type LearningCurveOptions, LearningCurvePruner } from './learning-curve-pruner.ts';
import { chanceBelow } from './power-law.ts';

const sampler: Sampler = {
  name: 'none',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: () => 0,
};
const times = (count: number): Float64Array => Float64Array.from({ length: count }, (_, i) => i + 1);
const powerLaw = (a: number, b: number, c: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => a + b * (i + 1) ** -c);

describe('chanceBelow', () => {
  it('follows a power law to its end', () => {
    const curve = Float64Array.from(powerLaw(1, 4, 0.7, 12));
    const end = 1 + 4 * 100 ** -0.7;
    expect(chanceBelow(end + 0.02, times(12), curve, 100)).toBeGreaterThan(0.95);
    expect(chanceBelow(end - 0.02, times(12), curve, 100)).toBeLessThan(0.05);
  });

  it('is unsure about few points, and surer about more', () => {
    const noisy = (count: number, seed: number): Float64Array =>
      Float64Array.from(powerLaw(1, 4, 0.5, count), (value, i) => value + 0.1 * Math.sin(i * 99 + seed));
    const target = 1 + 4 * 200 ** -0.5 - 0.3;
    const [few, some, many] = [4, 20, 150].map((count) => {
      const chances = Array.from({ length: 50 }, (_, seed) =>
        chanceBelow(target, times(count), noisy(count, seed), 200),
      );
      return chances.reduce((sum, chance) => sum + chance, 0) / 50;
    }) as [number, number, number];
    expect(few).toBeGreaterThan(0.05);
    expect(some).toBeLessThan(few);
    expect(many).toBeLessThan(0.01);
  });

  it('is a probability for flat, exploding and tiny curves', () => {
    for (const curve of [
      [1, 1, 1, 1],
      [1e300, 1e200, 1e100, 1],
      [1e-300, 2e-300, 1e-300, 3e-300],
      [1, 1e5, 1e10, 1e15],
    ])
      for (const target of [-1e300, 0, 1, 1e300]) {
        const chance = chanceBelow(target, times(4), Float64Array.from(curve), 30);
        expect(chance >= 0 && chance <= 1, `${curve} below ${target}: ${chance}`).toBe(true);
      }
  });
});

/** A study with complete trials that end at 1 to 1.4 after 27 steps. */
async function studied(options: LearningCurveOptions = {}, sign = 1): Promise<Study> {
  const pruner = new LearningCurvePruner(options);
  const direction = sign < 0 ? 'maximize' : 'minimize';
  const study = (await createStudy({ pruner, sampler, direction })) as unknown as Study;
  for (let i = 0; i < 5; i++) {
    const curve = powerLaw(1 + i / 10, 2, 1.4, 27).map((value) => sign * value);
    const reports = Object.fromEntries(curve.map((value, step) => [step + 1, value]));
    await study.addTrial({ state: 'complete', value: curve.at(-1) as number, intermediateValues: reports });
  }
  return study;
}

async function stopsAfter(study: Study, curve: readonly number[]): Promise<number> {
  const trial = await study.ask();
  for (const [i, value] of curve.entries()) {
    await trial.report(value, i + 1);
    if (await trial.shouldPrune()) return i + 1;
  }
  return curve.length;
}

describe('LearningCurvePruner', () => {
  it.each([1, -1])('stops what cannot become good, and keeps what may: sign %i', async (sign) => {
    const study = await studied({}, sign);
    const weak = powerLaw(4, 2, 1, 27).map((value) => sign * value);
    const late = powerLaw(0.5, 5, 0.7, 27).map((value) => sign * value); // behind for long, best in the end
    expect(await stopsAfter(study, weak)).toBeLessThan(8);
    expect(await stopsAfter(study, late)).toBe(27);
  });

  it('prunes a trial that was good once and is not any more', async () => {
    const risen = [1, ...powerLaw(4, 2, 1, 27)];
    expect(await stopsAfter(await studied(), risen)).toBeLessThan(12);
  });

  it('waits for complete trials and for reports', async () => {
    const weak = powerLaw(4, 0.01, 1, 27);
    expect(await stopsAfter(await studied({ startupTrials: 6 }), weak)).toBe(27);
    expect(await stopsAfter(await studied({ startupReports: 9 }), weak)).toBe(9);
  });

  it('stops a trial that diverges, and leaves single values that are not finite out', async () => {
    const good = powerLaw(0.9, 2, 1.4, 10);
    const study = await studied({ startupReports: 4 });
    expect(await stopsAfter(study, [...good.slice(0, 6).map((x) => x + 2), Number.NaN])).toBeLessThan(8);
    expect(await stopsAfter(study, [3, Number.NaN, 2.5, 1.9, 1.5, 1.2])).toBe(6);
    expect(await stopsAfter(study, [3, 2.5, 2, 1.6, Number.POSITIVE_INFINITY, 1])).toBe(5);
  });

  it.each([[{ startupTrials: 0 }], [{ startupReports: 3 }], [{ minChance: 0 }], [{ topShare: 1 }], [{ chance: 0.5 }]])(
    'refuses %j',
    (options) => {
      try {
        new LearningCurvePruner(options as LearningCurveOptions);
        expect.unreachable();
      } catch (error) {
        expect(isAsktellError(error, 'invalid-argument')).toBe(true);
      }
    },
  );

  it('comes back from the saved config', () => {
    const pruner = new LearningCurvePruner({ minChance: 0.1, startupReports: 6 });
    const saved = JSON.parse(JSON.stringify(pruner.config.options)) as Json;
    expect(saved).toEqual({ startupTrials: 2, startupReports: 6, minChance: 0.1, topShare: 0.125 });
    expect(LearningCurvePruner.fromConfig(saved).config).toEqual(pruner.config);
  });
});
