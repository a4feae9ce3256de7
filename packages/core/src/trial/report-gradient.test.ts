import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import { isAsktellError, TrialPruned } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many' },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const space = { x: float(0, 1), y: float(0, 1) };
const open = () => createStudy({ sampler, space, log: 'silent' });

describe('the gradient of a report', () => {
  it('is stored with the value of a trial that is told without one', async () => {
    const study = await open();
    const trial = await study.ask();
    await trial.report(3, 1, { gradient: { x: 1 } });
    await trial.report(2, 2, { gradient: { x: 0.5, y: -1 } });
    await trial.report(9, 0, { gradient: { x: 7 } }); // not the last step
    expect((await study.trials())[0]?.gradient, 'before the end').toBeNull();
    expect((await study.tell(trial, 2)).gradient).toEqual({ x: 0.5, y: -1 });
    expect(study.history.gradient(0)).toEqual({ x: 0.5, y: -1 });
  });

  it('gives way to the gradient that is told', async () => {
    const study = await open();
    const [told, batched] = [await study.ask(), await study.ask()];
    for (const trial of [told, batched]) await trial.report(3, 1, { gradient: { x: 1 } });
    expect((await study.tell(told, 2, { gradient: { y: 4 } })).gradient).toEqual({ y: 4 });
    expect((await study.tellBatch([{ trial: batched, value: 2 }]))[0]?.gradient).toEqual({ x: 1 });
  });

  it('is not that of an earlier report', async () => {
    const study = await open();
    const trial = await study.ask();
    await trial.report(3, 1, { gradient: { x: 1 } });
    await trial.report(2, 2);
    expect((await study.tell(trial, 2, { sem: 0.1 })).gradient).toBeNull();
  });

  it('is stored with the value of an objective, and not with a pruned or failed trial', async () => {
    const study = await open();
    await study.optimize(
      async (trial) => {
        const gradient = { x: trial.number };
        await trial.report(1, 1, { gradient });
        gradient.x = 77;
        if (trial.number === 1) throw new TrialPruned();
        return trial.number === 2 ? Number.NaN : 1;
      },
      { trials: 3 },
    );
    expect((await study.trials()).map(({ state, gradient }) => [state, gradient])).toEqual([
      ['complete', { x: 0 }],
      ['pruned', null],
      ['fail', null],
    ]);
  });

  it.each([
    [{ gradient: { z: 1 } }, 'invalid-value', 'no numeric parameter "z"'],
    [{ gradient: { x: Number.NaN } }, 'invalid-value', 'must be a finite number, not NaN'],
    [{ gradient: [1] }, 'invalid-value', 'an object of derivatives'],
    [{ slope: { x: 1 } }, 'invalid-argument', 'there is no option "slope"'],
  ])('refuses %j and stores nothing', async (options, code, text) => {
    const study = await open();
    const trial = await study.ask();
    const error: unknown = await trial.report(1, 1, options as never).catch((caught: unknown) => caught);
    expect(isAsktellError(error) && error.code).toBe(code);
    expect((error as Error).message).toContain(text);
    expect((await study.trials())[0]?.intermediateValues.size).toBe(0);
    await trial.report(1, 1, { gradient: { x: 2 } });
    expect((await study.tell(trial, 1)).gradient).toEqual({ x: 2 });
  });

  it('is refused in a study with several objectives', async () => {
    const study = await createStudy({ sampler, space, directions: ['minimize', 'minimize'] });
    const trial = await study.ask();
    await expect(trial.report(1, 1, { gradient: { x: 1 } })).rejects.toThrow('the study has 2 objectives');
  });
});
