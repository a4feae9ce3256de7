import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** Prunes trials worse than every finished trial at the same step. The state is the worst value per step. */
const worst: Pruner<Map<number, number>> = {
  name: 'worst',
  config: { version: 1, options: {} },
  fold: {
    init: () => new Map(),
    absorb: (state, row, { history }) => {
      const { steps, values } = history.reports(row);
      Array.from(steps).forEach((step, i) => {
        state.set(step, Math.max(state.get(step) ?? Number.NEGATIVE_INFINITY, values[i] as number));
      });
    },
    clone: (state) => new Map(state),
  },
  decide: (state, { number, step, history, rng }) => {
    const { steps, values } = history.reports(number);
    expect([steps[steps.length - 1], rng('a').float()]).toEqual([step, rng('a').float()]);
    const known = state.get(step);
    return {
      prune: known !== undefined && (values[values.length - 1] as number) > known,
      attrs: { 'worst:step': step },
    };
  },
};

describe('shouldPrune', () => {
  it('asks about the last step, with a state over the finished trials, and stores its attributes', async () => {
    const study = await createStudy({ sampler, pruner: worst as Pruner });
    const first = await study.ask();
    await first.report(5, 0);
    expect(await first.shouldPrune()).toBe(false); // nothing to compare with
    const second = await study.ask();
    await second.report(9, 0);
    await study.tell(first, 5);
    expect(await second.shouldPrune()).toBe(true); // finished since, but finished
    const told = await study.tell(second, undefined, { state: 'pruned' });
    expect([told.value, told.systemAttrs['worst:step']]).toEqual([9, 0]);
    const third = await study.ask();
    expect(await third.shouldPrune()).toBe(false); // nothing reported
    await third.report(8, 0);
    expect(await third.shouldPrune()).toBe(false); // the pruned one was worse
    await third.report(Number.NaN, 7);
    expect(await third.shouldPrune()).toBe(false);
  });

  it('sees what arrives late, and what another handle tells', async () => {
    const storage = new MemoryStorage();
    const open = () => createStudy({ name: 's', storage, sampler, pruner: worst as Pruner, loadIfExists: true });
    const [one, two] = [await open(), await open()];
    const trial = await one.ask();
    await trial.report(5, 0);
    await two.addTrial({
      value: 1,
      intermediateValues: { 0: 1 },
      datetimeStart: new Date(1),
      datetimeComplete: new Date(2),
    });
    expect(await trial.shouldPrune()).toBe(true);
    await two.addTrial({
      value: 1,
      intermediateValues: { 0: 7 },
      datetimeStart: new Date(1),
      datetimeComplete: new Date(2),
    });
    expect(await trial.shouldPrune()).toBe(false);
  });

  it('reads running trials of other workers if the pruner compares with them', async () => {
    const race: Pruner = {
      name: 'race',
      config: { version: 1, options: {} },
      reads: 'running',
      decide: (_state, { number, step, history }) => {
        const { values } = history.reports(number);
        const mine = values[values.length - 1] as number;
        const others = Array.from(history.running).filter((row) => row !== number);
        return { prune: others.some((row) => (history.reports(row).values[step] ?? Number.POSITIVE_INFINITY) < mine) };
      },
    };
    const storage = new MemoryStorage();
    const open = () => createStudy({ name: 's', storage, sampler, pruner: race, loadIfExists: true });
    const [one, two] = [await open(), await open()];
    const [a, b] = [await one.ask(), await two.ask()];
    await a.report(3, 0);
    await b.report(2, 0);
    expect([await a.shouldPrune(), await b.shouldPrune()]).toEqual([true, false]);
  });

  it('prunes the trial of an objective', async () => {
    const study = await createStudy({ sampler, pruner: worst as Pruner, seed: 1 });
    await study.optimize(
      async (trial) => {
        for (let step = 0; step < 5; step++) {
          await trial.report(trial.number + step, step);
          if (await trial.shouldPrune())
            return Promise.reject(Object.assign(new Error(), { [Symbol.for('asktell.pruned')]: true }));
        }
        return trial.number;
      },
      { trials: 4 },
    );
    expect((await study.trials()).map(({ state, value }) => [state, value])).toEqual([
      ['complete', 0],
      ['pruned', 1],
      ['pruned', 2],
      ['pruned', 3],
    ]);
  });

  it.each<readonly [unknown, string]>([
    [undefined, 'undefined'],
    [true, 'true'],
    [{ prune: 1 }, '{"prune":1}'],
    [Promise.resolve({ prune: true }), 'a promise'],
  ])('refuses a pruner that decides with %s', async (decision, shown) => {
    const pruner: Pruner = { name: 'p', config: { version: 1, options: {} }, decide: () => decision as never };
    const trial = await (await createStudy({ sampler, pruner })).ask();
    await trial.report(1, 0);
    expect((await refused('unsupported', () => trial.shouldPrune())).message).toContain(shown);
  });
});
