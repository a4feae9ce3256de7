import {
  categorical,
  compileSpace,
  createStudy,
  drawUniform,
  float,
  isAsktellError,
  oneOf,
  type Sampler,
} from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { type PredictedParams, predictValues } from './predict.ts';

const square = { x: float(-2, 2), y: float(1e-3, 10, { log: true }) };
const wave = ({ x, y }: { readonly x: number; readonly y: number }): number => Math.sin(2 * x) + Math.log10(y) ** 2;

/** Predictions are for the trials of any sampler. */
const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many' },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

async function measured(trials: number, direction: 'minimize' | 'maximize' = 'minimize') {
  const study = await createStudy({ space: square, seed: 1, direction, sampler });
  await study.optimize(({ params }) => 5 + 100 * wave(params), { trials });
  return study;
}

const space = compileSpace(square).compiled;
const grid = Array.from({ length: 25 }, (_, i) => ({
  x: -1.6 + 0.8 * (i % 5),
  y: 10 ** (-2.4 + 0.8 * Math.floor(i / 5)),
}));

describe('predictValues', () => {
  it('predicts in the units of the objective, with errors of about the deviation', async () => {
    for (const direction of ['minimize', 'maximize'] as const) {
      const { history } = await measured(80, direction);
      const predicted = predictValues(history, space, grid);
      let inside = 0;
      predicted.forEach(({ mean, deviation }, i) => {
        const value = 5 + 100 * wave(grid[i] as { x: number; y: number });
        expect(deviation).toBeGreaterThan(0);
        expect(Math.abs(mean - value)).toBeLessThan(100);
        if (Math.abs(mean - value) < 2 * deviation) inside++;
      });
      expect(inside).toBeGreaterThan(20);
    }
  });

  it('is certain of measured points and uncertain far away from them', async () => {
    const study = await createStudy({ space: { x: float(0, 1) }, seed: 1, sampler });
    for (let i = 0; i < 12; i++) {
      await study.enqueue({ x: i / 40 });
      const trial = await study.ask();
      await study.tell(trial, Math.sin(8 * trial.params.x));
    }
    const [at, far] = predictValues(study.history, compileSpace({ x: float(0, 1) }).compiled, [{ x: 0.1 }, { x: 1 }]);
    expect(at?.mean).toBeCloseTo(Math.sin(0.8), 2);
    expect(far?.deviation).toBeGreaterThan(20 * (at?.deviation as number));
  });

  it('trusts values with told standard errors less', async () => {
    const one = { x: float(0, 1) };
    const deviationWith = async (errors: readonly number[] | null): Promise<number> => {
      const study = await createStudy({
        space: one,
        seed: 1,
        // The attribute is stored with the trial, as a study that is told errors will store it.
        sampler: {
          ...sampler,
          propose: (_state, ctx) => ({
            x: Float64Array.of(ctx.rng('x').float()),
            ...(errors === null ? {} : { attrs: { 'asktell:sem': errors } }),
          }),
        },
      });
      await study.optimize(({ params }) => Math.sin(6 * params.x), { trials: 20 });
      const [at] = predictValues(study.history, compileSpace(one).compiled, [{ x: 0.5 }]);
      return at?.deviation as number;
    };
    const without = await deviationWith(null);
    expect(await deviationWith([1])).toBeGreaterThan(3 * without);
    expect(await deviationWith([0])).toBeLessThan(1.5 * without);
    // Errors that do not fit the objectives are ignored.
    expect(await deviationWith([1, 1])).toBe(without);
    expect(await deviationWith([-1])).toBe(without);
  });

  it('predicts each of several objectives, in branches', async () => {
    const fields = { model: oneOf({ a: { x: float(0, 1) }, b: { c: categorical(['u', 'v', 'w']) } }) };
    const study = await createStudy({ space: fields, seed: 1, directions: ['minimize', 'maximize'], sampler });
    await study.optimize(
      ({ params: { model } }) => (model.type === 'a' ? [model.x, 2 * model.x] : [3, model.c === 'u' ? 7 : 5]),
      { trials: 60 },
    );
    const { compiled } = compileSpace(fields);
    const params: PredictedParams[] = [
      { model: 'a', 'model.a.x': 0.5 },
      { model: 'b', 'model.b.c': 'u' },
    ];
    const [first, second] = [0, 1].map((k) =>
      predictValues(study.history, compiled, params, k).map(({ mean }) => mean),
    );
    expect(first?.[0]).toBeCloseTo(0.5, 1);
    expect(first?.[1]).toBeCloseTo(3, 1);
    expect(second?.[0]).toBeCloseTo(1, 1);
    expect(second?.[1]).toBeCloseTo(7, 0);
  });

  it('gives the mean and its standard error if there is nothing to choose', async () => {
    const only = { x: float(2, 2) };
    const study = await createStudy({ space: only, seed: 1, sampler });
    for (const value of [1, 2, 3, 6]) await study.tell(await study.ask(), value);
    const predicted = predictValues(study.history, compileSpace(only).compiled, [{}]);
    expect(predicted[0]?.mean).toBe(3);
    expect(predicted[0]?.deviation).toBeCloseTo(Math.sqrt(14 / 3 / 4), 12);
  });

  it('rejects points outside the space, and studies without values', async () => {
    const { history } = await measured(10);
    const problem = (run: () => unknown): string => {
      try {
        run();
      } catch (error) {
        if (isAsktellError(error, 'invalid-argument')) return (error as Error).message;
        throw error;
      }
      return '';
    };
    expect(problem(() => predictValues(history, space, [{ x: 0 }]))).toMatch(
      /y must be a value of float.*not undefined/,
    );
    expect(problem(() => predictValues(history, space, [{ x: 3, y: 1 }]))).toMatch(/x must be a value of float.*not 3/);
    expect(problem(() => predictValues(history, space, [], 1))).toMatch(/objective must be an index below 1, not 1/);
    const empty = await createStudy({ space: square, seed: 1, sampler });
    expect(problem(() => predictValues(empty.history, space, [{ x: 0, y: 1 }]))).toMatch(/no complete trial/);
  });
});
