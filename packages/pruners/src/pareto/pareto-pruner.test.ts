import {
  createStudy,
  type Direction,
  isAsktellError,
  MemoryStorage,
  type Pruner,
  type Sampler,
  type Trial,
} from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConstraintPruner } from '../constraint/constraint-pruner.ts';
import { SuccessiveHalvingPruner } from '../halving/successive-halving-pruner.ts';
import { ParetoPruner } from './pareto-pruner.ts';

const sampler: Sampler = {
  name: 'none',
  config: { version: 1, options: {} },
  supports: { objectives: 'many' },
  sampleOne: () => 0,
};

type Curve = readonly (readonly [loss: number, latency: number])[];

const open = (pruner: Pruner, directions: readonly Direction[] = ['minimize', 'minimize']) =>
  createStudy({
    name: 's',
    sampler,
    pruner,
    directions,
    metricNames: ['loss', 'latency'],
    storage: new MemoryStorage(),
  });

/** Runs a trial. Resolves to the number of its steps. */
async function run(study: Awaited<ReturnType<typeof open>>, curve: Curve): Promise<number> {
  const trial = await study.ask();
  let steps = 0;
  for await (const step of trial.steps({ to: curve.length })) {
    steps++;
    const [loss, latency] = curve[step.number - 1] as Curve[number];
    await step.report({ loss, latency });
  }
  await study.tell(trial, curve.at(-1) as readonly number[]);
  return steps;
}

const flat = (loss: number, latency: number): Curve => Array.from({ length: 9 }, () => [loss, latency] as const);

describe('ParetoPruner on known curves', () => {
  it('stops dominated trials at the first rung, and keeps good compromises', async () => {
    const study = await open(new ParetoPruner({ minResource: 1 }));
    const steps: number[] = [];
    for (const [loss, latency] of [
      [5, 5], // the first one
      [1, 9], // on the front
      [9, 9], // dominated
      [9, 0.5], // on the front, and adds more to it than the second one
      [2, 2], // dominates the first one and adds most
      [6, 6], // dominated by the compromises
      [0.5, 0.5], // dominates all
    ] as const)
      steps.push(await run(study, flat(loss, latency)));
    expect(steps).toEqual([9, 9, 1, 9, 9, 1, 9]);
    expect((await study.trials()).map(({ state }) => state)).toEqual(
      steps.map((count) => (count === 9 ? 'complete' : 'pruned')),
    );
    expect((await study.bestTrials()).map(({ number }) => number)).toEqual([6]);
  });

  it('follows the directions of the objectives', async () => {
    const study = await open(new ParetoPruner({ minResource: 1 }), ['maximize', 'minimize']);
    const steps: number[] = [];
    for (const [acc, latency] of [
      [0.9, 5],
      [0.8, 4],
      [0.7, 6],
      [0.95, 3],
    ] as const)
      steps.push(await run(study, flat(acc, latency)));
    expect(steps).toEqual([9, 9, 1, 9]);
  });

  it('judges a trial by what it has become at a later rung', async () => {
    const study = await open(new ParetoPruner({ minResource: 1 }));
    for (let i = 0; i < 4; i++) await run(study, flat(5 - i, 5 - i));
    const late: Curve = [[0, 0], [1, 1], [8, 8], ...flat(8, 8)];
    expect(await run(study, late)).toBe(3);
    const nan: Curve = [[0, 0], [1, 1], [0, Number.NaN], ...flat(0, 0)];
    expect(await run(study, nan)).toBe(3);
  });

  it('compares running trials of other workers', async () => {
    const study = await open(new ParetoPruner({ minResource: 1 }));
    const others = [await study.ask(), await study.ask(), await study.ask()];
    for (const other of others) {
      await other.report({ loss: 1, latency: 1 }, 1);
      expect(await other.shouldPrune()).toBe(false);
    }
    expect(await run(study, flat(2, 2))).toBe(1);
  });

  it('waits until all metrics are known', async () => {
    const study = await open(new ParetoPruner({ minResource: 1 }));
    for (let i = 0; i < 3; i++) await run(study, flat(1, 1));
    const trial = await study.ask();
    await trial.report({ loss: 9 }, 1);
    expect(await trial.shouldPrune()).toBe(false);
    await trial.report({ latency: 9 }, 2);
    expect(await trial.shouldPrune()).toBe(true);
    expect((await study.prune(trial)).systemAttrs['asktell:rung::0']).toEqual({ step: 1, values: [9, 9] });
  });

  it('decides about one metric as successive halving does', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 9 }), { maxLength: 14 }),
        fc.integer({ min: 2, max: 4 }),
        async (curves, reductionFactor) => {
          const decide = async (pruner: Pruner): Promise<boolean[][]> => {
            const study = await open(pruner);
            const all: boolean[][] = [];
            for (const values of curves) {
              const trial: Trial = await study.ask();
              const own: boolean[] = [];
              for (let i = 0; i < values.length && own.at(-1) !== true; i++) {
                await trial.report({ loss: i, latency: values[i] as number }, i + 1);
                own.push(await trial.shouldPrune());
              }
              await study.prune(trial);
              all.push(own);
            }
            return all;
          };
          const pareto = new ParetoPruner({ metrics: ['latency'], minResource: 1, reductionFactor });
          const halving = new SuccessiveHalvingPruner({ metric: 'latency', minResource: 1, reductionFactor });
          expect(await decide(pareto)).toEqual(await decide(halving));
        },
      ),
      { numRuns: 60 },
    ));

  it('is saved with its options', () => {
    const options = {
      metrics: ['a', 'b'],
      directions: ['minimize', 'maximize'],
      minResource: 2,
      reductionFactor: 4,
    } as const;
    const pruner = new ParetoPruner(options);
    expect(ParetoPruner.fromConfig(pruner.config.options).config).toEqual(pruner.config);
    expect(pruner.config.options).toEqual(options);
    expect(new ParetoPruner().config.options).toEqual({ minResource: 'auto', reductionFactor: 3 });
  });

  it.each<readonly [string, () => unknown, string]>([
    ['no names', () => new ParetoPruner({ metrics: [] }), 'non-empty list of distinct names'],
    ['a name twice', () => new ParetoPruner({ metrics: ['a', 'a'] }), 'distinct'],
    ['too few directions', () => new ParetoPruner({ metrics: ['a', 'b'], directions: ['minimize'] }), 'one for each'],
    ['directions alone', () => new ParetoPruner({ directions: ['minimize'] }), 'one for each'],
    ['a factor of 1', () => new ParetoPruner({ reductionFactor: 1 }), 'reductionFactor'],
  ])('%s are refused', (_, make, text) => {
    expect(make).toThrow(text);
  });

  it('needs the names of the objectives, or metrics', async () => {
    const directions = ['minimize', 'minimize'] as const;
    const study = await createStudy({ sampler, pruner: new ParetoPruner(), directions });
    const trial = await study.ask();
    await trial.report({ loss: 1 }, 1);
    const error: unknown = await trial.shouldPrune().catch((caught: unknown) => caught);
    expect(isAsktellError(error, 'unsupported')).toBe(true);
    expect((error as Error).message).toContain('metricNames');
  });
});

describe('ConstraintPruner', () => {
  it('stops a trial that violates its constraints by more than the limit', async () => {
    const study = await open(new ConstraintPruner({ limit: 2, warmupSteps: 2 }));
    const decide = async (constraints: readonly number[]): Promise<boolean[]> => {
      const trial = await study.ask();
      const decisions: boolean[] = [];
      for (const step of [1, 2, 3]) {
        for (const [i, value] of constraints.entries()) await trial.setConstraint(`c${i}`, value);
        await trial.report({ loss: 1, latency: 1 }, step);
        decisions.push(await trial.shouldPrune());
      }
      return decisions;
    };
    expect(await decide([-9, 2])).toEqual([false, false, false]);
    expect(await decide([1.5, -9, 1])).toEqual([false, true, true]);
    expect(await decide([])).toEqual([false, false, false]);
    expect(await decide([Number.POSITIVE_INFINITY])).toEqual([false, true, true]);
  });

  it('is saved with its options, and refuses bad ones', () => {
    const pruner = new ConstraintPruner({ limit: 0.5 });
    expect(ConstraintPruner.fromConfig(pruner.config.options).config).toEqual(pruner.config);
    expect(() => new ConstraintPruner({} as never)).toThrow('limit must be a finite number, 0 or more');
    expect(() => new ConstraintPruner({ limit: -1 })).toThrow('-1');
  });
});
