import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import type { Trial } from './trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const output = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };
const open = (objectives: number) =>
  createStudy(
    { sampler, directions: Array.from({ length: objectives }, () => 'minimize' as const) },
    { environment: { process: null, output, compileExpression: null } },
  );

const writes: readonly (readonly [string, number, (trial: Trial) => Promise<unknown>])[] = [
  ['a constraint of NaN', 1, (trial) => trial.setConstraint('c', Number.NaN)],
  ['a report at step 0.5', 1, (trial) => trial.report(1, 0.5)],
  ['an attribute of undefined', 1, (trial) => trial.setUserAttr('a', undefined as never)],
  ['an attribute that is a Date', 1, (trial) => trial.setUserAttr('a', new Date() as never)],
  ['a gradient with two objectives', 2, (trial) => trial.report(1, 1, { gradient: {} })],
];

describe.each(writes)('%s', (_, objectives, write) => {
  const value = objectives === 1 ? 1 : [1, 1];

  it.each(['synchronous', 'asynchronous'])('that is not awaited fails the trial of a %s objective', async (kind) => {
    const measure = (trial: Trial) => {
      write(trial);
      return value;
    };
    const objective = kind === 'synchronous' ? measure : async (trial: Trial) => measure(trial);
    const study = await open(objectives);
    await study.optimize(objective, { trials: 2, catch: true });
    const trials = await study.trials();
    expect(trials.map(({ state, failure }) => [state, failure?.code])).toEqual([
      ['fail', 'error'],
      ['fail', 'error'],
    ]);
    expect(trials[0]?.failure?.message).toMatch(/^AsktellError: /);
    if (objectives === 1) expect(await study.bestTrial()).toBeUndefined();
    await expect(study.optimize(objective, { trials: 2 }), 'like an error of the objective').rejects.toThrow();
    expect(await study.trials()).toHaveLength(3);
  });

  it('that is not awaited fails the trial that is told', async () => {
    const study = await open(objectives);
    const trial = await study.ask();
    write(trial);
    expect(await study.tell(trial, value)).toMatchObject({ state: 'fail', failure: { code: 'error' } });
  });

  it('that is awaited or handled does not', async () => {
    const study = await open(objectives);
    await study.optimize(
      async (trial) => {
        await expect(write(trial)).rejects.toThrow();
        write(trial).catch(() => undefined);
        await Promise.allSettled([write(trial)]);
        return value;
      },
      { trials: 1 },
    );
    expect((await study.trials()).map(({ state }) => state)).toEqual(['complete']);
  });

  it('after the end of the trial is refused without an unhandled rejection', async () => {
    const study = await open(objectives);
    const trial = await study.ask();
    await study.tell(trial, value);
    write(trial);
    await expect(write(trial)).rejects.toThrow();
  });
});
