import { ExclusiveSampler, OperationLogStorage, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { fromUnit } from '../distribution/draw.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { oneOf } from '../space/builders.ts';
import type { Space } from '../space/infer.ts';
import { where } from '../space/where.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Storage } from '../storage/storage.ts';
import { createStudy } from '../study/create-study.ts';
import { loadStudy } from '../study/load-study.ts';
import { replayProposal } from '../study/replay-proposal.ts';
import type { Study } from '../study/study.ts';
import type { StudyOptions } from '../study/study-options.ts';

let asked = 0;

/** Always proposes the middle of the space. The note marks its points. */
const middle: Sampler = {
  name: 'middle',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  propose: (_state, { space }) => {
    asked++;
    return { x: Float64Array.from(space.params, ({ dist }) => fromUnit(dist, 0.5)), note: 'mine' };
  },
};

const cube = { a: int(1, 3), b: float(0, 1, { step: 0.5 }), c: categorical(['x', 'y', 'z']) };

async function points(study: Study): Promise<string[]> {
  return (await study.trials()).map(({ flatParams }) => JSON.stringify(flatParams));
}

async function open<S extends Space>(space: S, options: StudyOptions & { storage?: Storage } = {}): Promise<Study> {
  return (await createStudy({ sampler: middle, seed: 1, space, duplicates: 'avoid', ...options })) as unknown as Study;
}

async function run(study: Study, trials = 1000): Promise<string[]> {
  await study.optimize(({ number }) => number, { trials });
  return points(study);
}

describe("duplicates: 'avoid'", () => {
  it('tries a grid of 3 × 3 × 3 in 27 trials, then ends', async () => {
    const study = await open(cube);
    const all = await run(study);
    expect(new Set(all).size).toBe(27);
    expect(all).toHaveLength(27);
    expect((await refused('exhausted', () => study.ask())).message).toContain("duplicates: 'allow'");
    expect(await study.trials()).toHaveLength(27);
  });

  it('asks the sampler a few times, then looks up an untried point', async () => {
    const study = await open(cube);
    await run(study, 1);
    asked = 0;
    const trial = await study.ask();
    expect(asked).toBe(16);
    expect(study.history.note(0)).toBe('mine');
    expect(study.history.note(trial.number), 'not its own proposal').toBeUndefined();
  });

  it('is exact for several trials from one ask, and for workers on other handles', async () => {
    const storage = new OperationLogStorage();
    const first = await open(cube, { storage } as never);
    const second = (await loadStudy({ storage: new OperationLogStorage(storage.log), sampler: middle })) as Study;
    expect(second.duplicates).toBe('avoid');
    for (let i = 0; i < 3; i++) {
      await first.askBatch(4);
      await second.askBatch(5);
    }
    const all = await points(first);
    expect([all.length, new Set(all).size]).toEqual([27, 27]);
    expect(await second.askBatch(2)).toEqual([]);
  });

  it('ignores inactive parameters, and skips what where forbids', async () => {
    const space = where(
      { n: int(0, 5), m: oneOf({ a: { k: int(1, 4) }, b: {}, c: { on: categorical([true, false]) } }) },
      (p) => p.n % 2 === 0,
    );
    expect(new Set(await run(await open(space))).size).toBe(3 * 7);
  });

  it('rejects when where allows nothing', async () => {
    await refused('unsatisfiable-space', async () => (await open(where(cube, () => false))).ask());
  });

  it.each([
    ['failed, pruned and diverged trials count', { state: 'fail' } as const, 27],
    ['pruned trials count', { state: 'pruned' } as const, 27],
  ])('%s', async (_, options, expected) => {
    const study = await open(cube);
    for await (const trial of study.take({ trials: 1000 })) await study.tell(trial, undefined, options);
    expect(await points(study)).toHaveLength(expected);
  });

  it('gives the point of a lost worker to another', async () => {
    const storage = new MemoryStorage();
    const worker = { worker: 'w', orphans: 'fail' } as const;
    const study = await open(cube, { storage, ...worker });
    await study.take({ trials: 1 }).next();
    const again = (await loadStudy({ storage, sampler: middle, ...worker })) as Study;
    const all = await run(again);
    expect(all).toHaveLength(28);
    expect(new Set(all).size).toBe(27);
    expect((await again.trials()).filter(({ failure }) => failure?.code === 'lost')).toHaveLength(1);
  });

  it('counts trials that were added or copied in, late arrivals too, and only points of the space', async () => {
    const study = await open(cube);
    await run(study, 3);
    const old = { datetimeStart: new Date(2001, 1, 1), datetimeComplete: new Date(2001, 1, 2) };
    await study.addTrial({ params: { a: 1, b: 0, c: 'x' }, distributions: cube, value: 1, ...old });
    await study.addTrial({ params: { a: 1, b: 0, c: 'z' }, distributions: cube, value: 1 });
    await study.addTrial({ params: { a: 1, b: 0.5 }, distributions: { a: cube.a, b: cube.b }, value: 1 });
    await study.addTrial({ params: { a: 7, b: 0, c: 'y' }, distributions: { ...cube, a: int(1, 9) }, value: 1 });
    await run(study);
    expect(await study.trials()).toHaveLength(27 + 2);
  });

  it('recognizes 0.1 + 0.2 as the third step', async () => {
    const study = await open({ x: float(0, 0.4, { step: 0.1 }) });
    await study.enqueue({ x: 0.1 + 0.2 });
    expect(await run(study)).toHaveLength(5);
  });

  it('runs enqueued points, and completes partial ones to new points while there are any', async () => {
    const study = await open({ a: int(1, 3), c: categorical(['x', 'y']) });
    await study.enqueue({ a: 2, c: 'y' });
    await study.enqueue({ a: 2, c: 'y' });
    await study.enqueue({ a: 1 });
    await study.enqueue({ a: 1 });
    await study.enqueue({ a: 1 });
    const all = await run(study);
    expect(all.slice(0, 2)).toEqual(['{"a":2,"c":"y"}', '{"a":2,"c":"y"}']);
    expect(new Set(all.slice(2, 4)).size).toBe(2);
    expect(all).toHaveLength(8);
    expect(new Set(all).size).toBe(6);
    await study.enqueue({});
    await refused('exhausted', () => study.ask());
  });

  it('redraws exact repeats in infinite and in huge spaces', async () => {
    for (const space of [
      { x: float(0, 1), c: categorical(['x', 'y']) },
      { m: oneOf({ a: {}, b: { x: float(0, 1) } }) },
      { a: int(1, 2 ** 40), b: int(1, 2 ** 40) },
      { a: int(1, 2 ** 40) },
    ] as const) {
      const all = await run(await open(space as Space), 40);
      expect([all.length, new Set(all).size]).toEqual([40, 40]);
    }
  });

  it('ends in a space too large to count, when where leaves a few points', async () => {
    const space = where({ a: int(0, 2 ** 30), b: int(0, 2 ** 30) }, (p) => p.a === 2 ** 29 && p.b === 2 ** 29);
    expect(await run(await open(space, { sampler: middle }))).toHaveLength(1);
  });

  it('reproduces its proposals', async () => {
    const study = await open(cube);
    await study.enqueue({ a: 2 });
    const trials = await study.askBatch(5);
    for (const trial of trials) if (trial.number !== 3) await study.tell(trial, trial.number);
    await run(study, 12);
    for (const { number, flatParams } of await study.trials())
      expect(await replayProposal(study, number)).toEqual(flatParams);
  });

  it('lets exclusive samplers report exhaustion', async () => {
    const study = await open(cube, { sampler: new ExclusiveSampler() });
    expect(new Set(await run(study)).size).toBe(27);
  });

  it('refuses samplers that propose asynchronously', async () => {
    const slow: Sampler = { ...middle, propose: () => Promise.reject(new Error('late')) };
    const study = await open(cube, { sampler: slow });
    expect((await refused('unsupported', () => study.ask())).message).toContain('synchronously');
    expect(await study.trials()).toEqual([]);
  });
});

describe("duplicates: 'avoid' without a declared space", () => {
  const lowest: Sampler = {
    name: 'lowest',
    config: { version: 1, options: {} },
    supports: { conditional: true },
    sampleOne: (_state, _ctx, _name, dist) => (dist.kind === 'categorical' ? (dist.choices[0] ?? null) : dist.low),
  };

  it.each([
    ['a joint sampler', middle],
    ['a sampler of single parameters', lowest],
  ])('does not repeat what the trials have in common: %s', async (_, sampler) => {
    const study = await createStudy({ sampler, duplicates: 'avoid', seed: 1 });
    await study.optimize((trial) => trial.suggestInt('x', 1, 3) + trial.suggestInt('y', 1, 4), { trials: 12 });
    const all = await points(study);
    expect(new Set(all).size).toBe(12);
    for (const { number, flatParams } of await study.trials())
      expect(await replayProposal(study, number)).toEqual(flatParams);
    // The study cannot know that there are no other parameters.
    await study.optimize((trial) => trial.suggestInt('x', 1, 3) + trial.suggestInt('y', 1, 4), { trials: 2 });
    expect(await study.trials()).toHaveLength(14);
  });

  it('keeps overlapping trials apart before they suggest', async () => {
    const study = await createStudy({ sampler: middle, duplicates: 'avoid', seed: 1 });
    await study.optimize((trial) => trial.suggestInt('x', 1, 9), { trials: 1 });
    const trials = [await study.ask(), ...(await study.askBatch(5))];
    expect(new Set(trials.map((trial) => trial.suggestInt('x', 1, 9))).size).toBe(6);
  });

  it('does not count trials as repeats that differ in parameters that only some have', async () => {
    const study = await createStudy({ sampler: middle, duplicates: 'avoid', seed: 1 });
    await study.optimize(
      (trial) => trial.suggestInt('x', 1, 3) + (trial.number % 2 === 0 ? trial.suggestFloat('y', 0, 1) : 0),
      { trials: 20 },
    );
    expect((await study.trials()).filter(({ params }) => params['x'] === 2).length).toBeGreaterThan(5);
  });
});

describe('the policy', () => {
  it('is saved with the study; a warning lists a change', async () => {
    const storage = new MemoryStorage();
    const warnings: string[] = [];
    const environment = {
      process: null,
      output: {
        interactive: false,
        columns: 80,
        info: () => {},
        warn: (text: string) => void warnings.push(text),
        status: () => {},
      },
      compileExpression: null,
    };
    const handle = { name: 's', storage, sampler: middle, pruner: new NopPruner() };
    const host = { environment };
    expect((await createStudy({ ...handle, space: cube }, host)).duplicates).toBe('allow');
    const changed = await loadStudy({ ...handle, duplicates: 'avoid' }, host);
    expect(changed.duplicates).toBe('avoid');
    await changed.ask();
    expect(warnings).toEqual([expect.stringContaining('duplicates allow → avoid')]);
    expect((await loadStudy(handle, host)).duplicates).toBe('avoid');
    expect((await createStudy({ ...handle, space: cube, loadIfExists: true }, host)).duplicates).toBe('avoid');
    expect((await loadStudy({ ...handle, duplicates: 'allow' }, host)).duplicates).toBe('allow');
    expect(warnings).toHaveLength(2);
  });

  it('is allow or avoid', async () => {
    const error = await refused('invalid-argument', () => createStudy({ sampler: middle, duplicates: 'no' as never }));
    expect(error.message).toContain('"no"');
  });
});
