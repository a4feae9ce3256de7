import { describe, expect, it } from 'vitest';
import { createStudy, float, GpSampler, int, loadStudy, oneOf, predict, RandomSampler, TpeSampler } from '../index.ts';

const log = 'silent';

describe('predict', () => {
  it('predicts values in the units of the objective, from the trials of any sampler', async () => {
    for (const sampler of [new RandomSampler(), new TpeSampler(), new GpSampler()]) {
      const study = await createStudy({ space: { x: float(-3, 3), y: float(-3, 3) }, sampler, seed: 2, log });
      const value = ({ x, y }: { readonly x: number; readonly y: number }): number =>
        100 + 10 * (x ** 2 + x * y + y ** 2);
      await study.optimize(({ params }) => value(params), { trials: 60 });
      const one = await predict(study, { x: 0.5, y: -0.5 });
      expect(Math.abs(one.mean - 102.5)).toBeLessThan(5);
      expect(one.deviation).toBeGreaterThan(0);
      const [first, second] = await predict(study, [
        { x: 0.5, y: -0.5 },
        { x: 3, y: 3 },
      ]);
      expect(first).toEqual(one);
      expect(second?.mean).toBeGreaterThan(110);
      expect((await study.trials()).length).toBe(60);
    }
  });

  it('is certain where it was measured, and uncertain far away', async () => {
    const study = await createStudy({ space: { x: float(0, 10) }, direction: 'maximize', log });
    for (let i = 0; i < 8; i++) {
      await study.enqueue({ x: 0.5 * i });
      await study.tell(await study.ask(), Math.sin(i));
    }
    const [at, far] = await predict(study, [{ x: 1 }, { x: 10 }]);
    expect(at?.mean).toBeCloseTo(Math.sin(2), 1);
    expect(far?.deviation).toBeGreaterThan(5 * (at?.deviation as number));
  });

  it('takes nested parameters, and flat names', async () => {
    const space = { model: oneOf({ near: { a: float(0, 1) }, far: { b: int(1, 9) } }) };
    const study = await createStudy({ space, seed: 1, log });
    await study.optimize(({ params: { model } }) => (model.type === 'near' ? model.a : 10 + model.b), { trials: 40 });
    const nested = await predict(study, { model: { type: 'far', b: 4 } });
    expect(Math.abs(nested.mean - 14)).toBeLessThan(3);
    const loaded = await predict(study as never, { model: 'far', 'model.far.b': 4 } as never);
    expect(loaded).toEqual(nested);
  });

  it('predicts the common parameters of a define-by-run study, and each of several objectives', async () => {
    const study = await createStudy({ directions: ['minimize', 'maximize'], seed: 1, log });
    await study.optimize(
      (trial) => {
        const x = trial.suggestFloat('x', 0, 1);
        return [x, 5 * x];
      },
      { trials: 30 },
    );
    expect((await predict(study, { x: 0.5 })).mean).toBeCloseTo(0.5, 1);
    expect((await predict(study, { x: 0.5 }, { objective: 1 })).mean).toBeCloseTo(2.5, 1);
  });

  it('sees the trials of another worker', async () => {
    const study = await createStudy({ name: 'shared', storage: ':memory:', space: { x: float(0, 1) }, log });
    const other = await loadStudy({ storage: study.storage, space: { x: float(0, 1) }, log });
    await other.optimize(({ params }) => params.x, { trials: 10 });
    expect((await predict(study, { x: 0.5 })).mean).toBeCloseTo(0.5, 1);
    await study.close();
  });

  it('gives typed errors that name the cure', async () => {
    const study = await createStudy({ space: { x: float(0, 1) }, log });
    await expect(predict(study, { x: 0.5 })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('no complete trial'),
    });
    await study.optimize(({ params }) => params.x, { trials: 3 });
    const cases: readonly [unknown, unknown, string][] = [
      [{ x: 2 }, {}, 'invalid-argument'],
      [{}, {}, 'invalid-argument'],
      [{ y: 0.5, x: 0.5 }, {}, 'invalid-value'],
      [0.5, {}, 'invalid-argument'],
      [[{ x: 0.5 }, null], {}, 'invalid-argument'],
      [{ x: 0.5 }, { objective: 1 }, 'invalid-argument'],
      [{ x: 0.5 }, { objective: -1 }, 'invalid-argument'],
      [{ x: 0.5 }, { goal: 1 }, 'invalid-argument'],
      [{ x: 0.5 }, null, 'invalid-argument'],
    ];
    for (const [params, options, code] of cases)
      await expect(predict(study, params as never, options as never)).rejects.toMatchObject({ code });
    expect(await predict(study, [])).toEqual([]);
    for (const other of [undefined, null, {}, 'study'])
      await expect(predict(other as never, [])).rejects.toMatchObject({
        code: 'invalid-argument',
        message: expect.stringContaining('study must be a study'),
      });
  });
});
