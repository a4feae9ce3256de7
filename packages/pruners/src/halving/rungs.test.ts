import { createStudy, MemoryStorage, type Pruner, type Sampler, type Study, type Trial } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { HyperbandPruner } from './hyperband-pruner.ts';
import { PashaPruner } from './pasha-pruner.ts';
import { roundedLog } from './rounded-log.ts';
import { SuccessiveHalvingPruner } from './successive-halving-pruner.ts';

const sampler: Sampler = {
  name: 'none',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: () => 0,
};

async function study(pruner: Pruner, storage = new MemoryStorage(), worker = 'one'): Promise<Study> {
  return (await createStudy({ name: 's', storage, pruner, sampler, worker, loadIfExists: true })) as unknown as Study;
}

/** Reports values at these steps and returns the answers. */
async function reportAll(trial: Trial, curve: readonly (readonly [number, number])[]): Promise<readonly boolean[]> {
  const answers: boolean[] = [];
  for (const [step, value] of curve) {
    await trial.report(value, step);
    answers.push(await trial.shouldPrune());
  }
  return answers;
}

/** Runs a trial to its end, or until it is pruned. Returns how many reports it made. */
async function run(of: Study, values: readonly number[]): Promise<number> {
  const trial = await of.ask();
  for (const [i, value] of values.entries()) {
    await trial.report(value, i + 1);
    if (!(await trial.shouldPrune())) continue;
    await of.tell(trial, undefined, { state: 'pruned' });
    return i + 1;
  }
  await of.tell(trial, values.at(-1) as number);
  return values.length;
}

const halving = new SuccessiveHalvingPruner({ minResource: 1, reductionFactor: 2 });

describe('SuccessiveHalvingPruner', () => {
  it('compares with running trials, also with those of other workers', async () => {
    const storage = new MemoryStorage();
    const [one, two] = [await study(halving, storage), await study(halving, storage, 'two')];
    expect(await reportAll(await one.ask(), [[1, 5]])).toEqual([false]);
    expect(await reportAll(await two.ask(), [[1, 6]])).toEqual([true]);
    expect(await reportAll(await two.ask(), [[1, 4]])).toEqual([false]);
  });

  it('stores what Optuna stores, infinities included', async () => {
    const s = await study(halving);
    await reportAll(await s.ask(), [[4, Number.NEGATIVE_INFINITY]]);
    expect((await s.trials())[0]?.systemAttrs).toMatchObject({
      completed_rung_0: Number.NEGATIVE_INFINITY,
      completed_rung_1: Number.NEGATIVE_INFINITY,
      completed_rung_2: Number.NEGATIVE_INFINITY,
    });
  });

  it('prunes NaN at a rung only, and stores nothing then', async () => {
    const s = await study(new SuccessiveHalvingPruner({ minResource: 2, reductionFactor: 2 }));
    expect(
      await reportAll(await s.ask(), [
        [1, Number.NaN],
        [2, Number.NaN],
        [3, 1],
        [4, Number.NaN],
      ]),
    ).toEqual([false, true, false, true]);
    expect(Object.keys((await s.trials())[0]?.systemAttrs ?? {}).filter((key) => key.startsWith('completed'))).toEqual([
      'completed_rung_0',
    ]);
  });

  it('answers a repeated question alike, where Optuna goes on to the next rung', async () => {
    const s = await study(halving);
    await reportAll(await s.ask(), [[1, 0]]);
    const trial = await s.ask();
    expect(await reportAll(trial, [[9, 5]])).toEqual([true]);
    expect(await trial.shouldPrune()).toBe(true);
    expect(Object.keys((await s.trials())[1]?.systemAttrs ?? {})).toContain('completed_rung_0');
    expect(Object.keys((await s.trials())[1]?.systemAttrs ?? {})).not.toContain('completed_rung_1');
  });

  it('waits for the first complete trial when the resource is automatic', async () => {
    const s = await study(new SuccessiveHalvingPruner());
    const long = Array.from({ length: 250 }, () => 1);
    expect(await run(s, long)).toBe(250);
    const weak = long.map(() => 2);
    expect(await run(s, weak)).toBe(250); // the first at every rung
    expect(
      await run(
        s,
        weak.map(() => 3),
      ),
    ).toBe(2); // a hundredth of 250
  });
});

describe('HyperbandPruner', () => {
  it('compares trials of one bracket only', async () => {
    const pruner = new HyperbandPruner({ maxResource: 9 });
    const s = await study(pruner);
    const state = pruner.fold.init({ study: 's', history: s.history });
    const bracketOf = (number: number): number => state.brackets?.of('s', number) ?? -1;
    const stops: (readonly [bracket: number, reports: number])[] = [];
    for (let number = 0; number < 30; number++) {
      const reports = await run(
        s,
        Array.from({ length: 9 }, () => number),
      );
      stops.push([bracketOf(number), reports]);
    }
    const first = (bracket: number): number => stops.findIndex(([b]) => b === bracket);
    expect(new Set(stops.map(([bracket]) => bracket))).toEqual(new Set([0, 1, 2]));
    // Each trial is worse than the one before: only the first of a bracket runs to its end.
    expect(stops).toEqual(stops.map(([bracket], number) => [bracket, number === first(bracket) ? 9 : 3 ** bracket]));
  });

  it('prunes nothing when trials are shorter than the lowest rung', async () => {
    const s = await study(new HyperbandPruner({ minResource: 50 }));
    for (const level of [1, 2, 3]) expect(await run(s, [level, level, level])).toBe(3);
  });
});

describe('PashaPruner', () => {
  const pruner = new PashaPruner({ minResource: 1, reductionFactor: 2 });
  const flat = (level: number): number[] => Array.from({ length: 16 }, () => level);

  it('lets only the best go on from the second rung while rankings agree', async () => {
    const s = await study(pruner);
    const reports: number[] = [];
    for (const level of [5, 4, 3, 2, 2.5, 1, 2.2]) reports.push(await run(s, flat(level)));
    expect(reports).toEqual([16, 16, 16, 16, 2, 16, 2]);
  });

  it('goes a rung up when rankings differ', async () => {
    const s = await study(pruner);
    const crossing = (early: number, late: number): number[] => flat(late).map((x, i) => (i === 0 ? early : x));
    await run(s, crossing(1, 5));
    await run(s, crossing(0.5, 6)); // better at step 1, worse at step 2
    await run(s, crossing(0.2, 7));
    expect(await run(s, crossing(0.1, 5.5))).toBe(4); // the second rung is ordinary now; at step 4 it is not the best
  });
});

describe('what Hyperband needs of Python', () => {
  it.each([
    ['', 0],
    ['a', 0xe8b7be43],
    ['123456789', 0xcbf43926],
    ['größe_7', 0x810c95f6],
    ['🚀', 0x377bd7c6],
  ])('crc32 of %o', (text, crc) => {
    expect(crc32(text)).toBe(crc);
  });

  it('rounds logarithms to the nearest double', () => {
    // math.log in Python; Math.log of V8 gives another last digit for 243.
    const python = [0, 1.0986122886681098, 5.493061443340548, 6.907755278982137, 0.4054651081081644];
    expect([1, 3, 243, 1000, 1.5].map(roundedLog)).toEqual(python);
  });
});
