import {
  categorical,
  createStudy,
  drawUniform,
  float,
  oneOf,
  type Rng,
  rngFor,
  type Sampler,
  type Study,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { bestByModel, type ModelledTrial } from './best-by-model.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

const square = { x: float(-1, 1), y: float(-1, 1) };
const bowl = ({ x, y }: { readonly x: number; readonly y: number }): number => 10 * (x * x + y * y);

function recommended({ history }: Study): ModelledTrial {
  const best = bestByModel(history);
  if (best === null) throw new Error('there is a trial');
  return best;
}

/** A study with noise of deviation 2 on a bowl with values from 0 to 20. */
async function noisy(seed: number, direction: 'minimize' | 'maximize', told: boolean) {
  const study = await createStudy({ space: square, seed, direction, sampler: uniform });
  const noise: Rng = rngFor(seed, 0, 'noise');
  const sign = direction === 'maximize' ? -1 : 1;
  for (let i = 0; i < 60; i++) {
    const trial = await study.ask();
    await study.tell(trial, sign * (bowl(trial.params) + 2 * noise.normal()), told ? { sem: 2 } : {});
  }
  return study;
}

describe('bestByModel', () => {
  it('takes standard errors of few measurements for estimates, some of which are far too small', async () => {
    let outside = 0;
    let [worth, observed] = [0, 0];
    for (let seed = 1; seed <= 20; seed++) {
      const study = await createStudy({ space: square, seed, sampler: uniform });
      const noise: Rng = rngFor(seed, 0, 'noise');
      for (let i = 0; i < 60; i++) {
        const trial = await study.ask();
        const samples = [2, 2, 2].map((size) => bowl(trial.params) + size * noise.normal());
        const mean = samples.reduce((sum, value) => sum + value / 3, 0);
        const squares = samples.reduce((sum, value) => sum + (value - mean) ** 2, 0);
        await study.tell(trial, mean, { sem: Math.sqrt(squares / 2 / 3) });
      }
      const { row, mean, deviation } = recommended(study as unknown as Study);
      const trials = await study.trials();
      const lossAt = (number: number): number => bowl((trials[number] as (typeof trials)[0]).params);
      worth += lossAt(row);
      observed += lossAt((await study.bestTrial())?.number as number);
      if (Math.abs(mean - lossAt(row)) > 3 * deviation) outside++;
    }
    expect(outside).toBeLessThanOrEqual(1);
    expect(worth).toBeLessThan(observed / 2);
  });

  it.each([
    ['minimize', true],
    ['minimize', false],
    ['maximize', true],
  ] as const)(
    'is worth more without noise than the best observed trial (%s, sem told: %s)',
    async (direction, told) => {
      let gain = 0;
      const sign = direction === 'maximize' ? -1 : 1;
      for (let seed = 1; seed <= 8; seed++) {
        const study = await noisy(seed, direction, told);
        const { row, mean, deviation, measurements } = recommended(study as unknown as Study);
        const trials = await study.trials();
        const worth = (number: number): number => bowl((trials[number] as (typeof trials)[0]).params);
        gain += worth((await study.bestTrial())?.number as number) - worth(row);
        expect(measurements).toBe(1);
        expect(Math.abs(sign * mean - worth(row))).toBeLessThan(4 * deviation);
      }
      expect(gain / 8).toBeGreaterThan(0.1);
    },
  );

  it('is the best trial without noise', async () => {
    const study = await createStudy({ space: square, seed: 3, sampler: uniform });
    await study.optimize(({ params }) => bowl(params), { trials: 50 });
    const { row, mean } = recommended(study as unknown as Study);
    expect(row).toBe((await study.bestTrial())?.number);
    expect(mean).toBeCloseTo((await study.bestValue()) as number, 1);
  });

  it('takes repeated measurements of a point together', async () => {
    const study = await createStudy({ space: square, seed: 1, sampler: uniform });
    const measure = async (x: number, values: readonly number[]): Promise<void> => {
      for (const value of values) {
        await study.enqueue({ x, y: 0 });
        await study.tell(await study.ask(), value);
      }
    };
    await measure(-0.8, [0, 10, 5, 9, 6]);
    await measure(0, [4, 4.5, 3.5, 4.2, 3.8]);
    await measure(0.8, [7, 6, 8, 7.5, 6.5]);
    expect((await study.bestTrial())?.params.x).toBe(-0.8);
    const { row, mean, measurements } = recommended(study as unknown as Study);
    expect([row, measurements]).toEqual([5, 5]);
    expect(mean).toBeGreaterThan(3.5);
    expect(mean).toBeLessThan(5.5);
  });

  it('trusts a value less if a larger standard error was told', async () => {
    const told = async (sem: number): Promise<number> => {
      const study = await createStudy({ space: { x: float(0, 1) }, sampler: uniform });
      for (const [x, value, error] of [
        [0, 5, 0.1],
        [0.25, 2, 0.1],
        [0.5, 5, 0.1],
        [0.75, 5, 0.1],
        [1, 0, sem],
      ] as const) {
        await study.enqueue({ x });
        await study.tell(await study.ask(), value, { sem: error });
      }
      return recommended(study as unknown as Study).row;
    };
    expect(await told(0.1)).toBe(4);
    expect(await told(8)).toBe(1);
  });

  it('ignores infeasible, pruned and failed trials, and returns null without a feasible one', async () => {
    const study = await createStudy({ space: { x: float(0, 1) }, sampler: uniform });
    expect(bestByModel(study.history)).toBeNull();
    const pruned = await study.ask();
    await pruned.report(-9, 1);
    await study.prune(pruned as never);
    await study.tell(await study.ask(), Number.NaN);
    const infeasible = await study.ask();
    await infeasible.setConstraint('limit', 1);
    await study.tell(infeasible, -9);
    expect(bestByModel(study.history)).toBeNull();
    await study.tell(await study.ask(), 3);
    expect(bestByModel(study.history)).toMatchObject({ row: 3, measurements: 1 });
    const two = await createStudy({
      space: { x: float(0, 1) },
      directions: ['minimize', 'minimize'],
      sampler: uniform,
    });
    await two.tell(await two.ask(), [1, 2]);
    expect(bestByModel(two.history)).toBeNull();
  });

  it('returns the mean of the values of a space with one point, and copes with infinite values', async () => {
    const single = await createStudy({ space: { x: float(1, 1) }, sampler: uniform });
    for (const value of [1, 3]) await single.tell(await single.ask(), value);
    expect(bestByModel(single.history)).toEqual({ row: 0, mean: 2, deviation: 1, measurements: 2 });
    const study = await createStudy({ space: { x: float(0, 1) }, sampler: uniform });
    // Good points next to each other: if they alternate with bad ones, a model takes all differences for noise.
    for (const [x, value] of [
      [0.1, Number.POSITIVE_INFINITY],
      [0.8, 1],
      [0.2, 1e300],
      [0.9, 2],
    ] as const) {
      await study.enqueue({ x });
      await study.tell(await study.ask(), value);
    }
    expect([1, 3]).toContain(recommended(study as unknown as Study).row);
  });

  it('knows the parameters that only some trials have, in declared and define-by-run studies', async () => {
    const value = (kind: string, part: number): number => (kind === 'a' ? 5 * part : 2 + 5 * (1 - part));
    const declared = await createStudy({
      space: { model: oneOf({ a: { u: float(0, 1) }, b: { v: float(0, 1) } }) },
      seed: 2,
      sampler: uniform,
    });
    await declared.optimize(({ params: { model } }) => value(model.type, model.type === 'a' ? model.u : model.v), {
      trials: 30,
    });
    expect(recommended(declared as unknown as Study).row).toBe((await declared.bestTrial())?.number);
    const free = await createStudy({ seed: 2, sampler: uniform });
    await free.optimize(
      (trial) => {
        const kind = trial.suggestCategorical('kind', ['a', 'b']);
        const high = trial.number < 5 ? 0.9 : 1; // the range moves
        return value(kind, kind === 'a' ? trial.suggestFloat('u', 0, high) : trial.suggestFloat('v', 0, high));
      },
      { trials: 30 },
    );
    const { row, mean } = recommended(free as unknown as Study);
    expect(row).toBe((await free.bestTrial())?.number);
    expect(mean).toBeCloseTo((await free.bestValue()) as number, 0);
  });

  it('does not compare parameters whose distributions are of different kinds', async () => {
    const study = await createStudy({ seed: 2, sampler: uniform });
    for (const [x, y] of [
      [0.1, 'a'],
      [0.9, 'b'],
    ] as const)
      await study.addTrial({
        params: { x, y },
        distributions: { x: float(0, 1), y: categorical(['a', 'b']) },
        value: x,
      });
    expect(recommended(study as unknown as Study).row).toBe(0);
  });
});
