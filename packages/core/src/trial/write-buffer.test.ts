import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { drawUniform } from '../distribution/draw.ts';
import { float, int } from '../distribution/validate.ts';
import { AsktellError } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { NewTrial, Storage, StudyRef, TrialOp } from '../storage/storage.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** An in-memory storage that records its batches, and on request is asynchronous or fails. */
class Watched extends MemoryStorage {
  readonly batches: string[][] = [];
  slow = false;
  failures: Error[] = [];

  override write(...args: Parameters<MemoryStorage['write']>): ReturnType<MemoryStorage['write']> {
    const act = (): ReturnType<MemoryStorage['write']> => {
      const failure = this.failures.shift();
      if (failure !== undefined) throw failure;
      const numbers = super.write(...args);
      this.batches.push((args[2] as readonly TrialOp[]).map((op) => (op.kind === 'param' ? op.name : op.kind)));
      return numbers;
    };
    // The declared type is synchronous; the contract allows a promise.
    return this.slow ? (Promise.resolve().then(act) as never) : act();
  }
}

async function start(slow: boolean): Promise<{ storage: Watched; study: Study }> {
  const storage = new Watched();
  const study = await createStudy({ name: 's', storage, sampler });
  storage.slow = slow;
  return { storage, study };
}

const stored = (storage: Storage) =>
  (storage as MemoryStorage).pull((storage as MemoryStorage).listStudies()[0]?.ref as never, null).trials;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.each([false, true])('write-behind (slow storage: %s)', (slow) => {
  it('stores what was suggested at the next microtask, in one batch', async () => {
    const { storage, study } = await start(slow);
    const trial = await study.ask();
    const x = trial.suggestFloat('x', 0, 1);
    trial.suggestInt('n', 0, 9);
    expect(stored(storage)[0]?.names).toEqual([]);
    await turn();
    expect(stored(storage)[0]).toMatchObject({ names: ['x', 'n'], x: [x, expect.any(Number)], state: 'running' });
    trial.suggestFloat('y', 0, 1);
    await turn();
    expect(storage.batches).toEqual([['x', 'n'], ['y']]);
  });

  it('stores it before anything awaited resolves', async () => {
    const { storage, study } = await start(slow);
    const trial = await study.ask();
    const names = () => stored(storage)[0]?.names;
    trial.suggestFloat('a', 0, 1);
    await trial.report(1, 0);
    expect([names(), stored(storage)[0]?.reports?.steps]).toEqual([['a'], [0]]);
    trial.suggestFloat('b', 0, 1);
    await trial.setUserAttr('k', 1);
    expect([names(), stored(storage)[0]?.userAttrs?.get('k')]).toEqual([['a', 'b'], 1]);
    trial.suggestFloat('c', 0, 1);
    await trial.shouldPrune();
    expect(names()).toEqual(['a', 'b', 'c']);
    trial.suggestFloat('d', 0, 1);
    await trial.setConstraint('c', 0);
    trial.suggestFloat('e', 0, 1);
    await study.tell(trial, 1);
    expect(names()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('stores the rest together with the result', async () => {
    const { storage, study } = await start(slow);
    const trial = await study.ask();
    trial.suggestFloat('x', 0, 1);
    void trial.report(1, 0);
    void trial.setUserAttr('k', 1);
    await study.tell(trial, 1);
    expect(storage.batches.flat().sort()).toEqual(['attr', 'attr', 'finish', 'report', 'x']); // an attr clears the owner
    expect(storage.batches.at(-1)?.at(-1)).toBe('finish');
    expect(stored(storage)[0]).toMatchObject({ state: 'complete', names: ['x'], reports: { steps: [0], values: [1] } });
  });

  it('keeps the order of reports and attributes', async () => {
    const { storage, study } = await start(slow);
    const trial = await study.ask();
    for (let i = 0; i < 5; i++) void trial.setUserAttr('k', i);
    for (let i = 0; i < 5; i++) await trial.setUserAttr('last', i);
    expect([...(stored(storage)[0]?.userAttrs ?? [])]).toEqual([
      ['k', 4],
      ['last', 4],
    ]);
  });

  it('keeps the operations of a failed write, and tries again', async () => {
    const { storage, study } = await start(slow);
    const trial = await study.ask();
    storage.failures = [new AsktellError('storage-full', 'The disk is full; make room.')];
    trial.suggestFloat('x', 0, 1);
    await turn();
    expect(stored(storage)[0]?.names).toEqual([]);
    storage.failures = [new AsktellError('storage-full', 'The disk is full; make room.')];
    await refused('storage-full', () => trial.report(1, 0));
    trial.suggestFloat('y', 0, 1);
    await trial.report(2, 1);
    expect(stored(storage)[0]).toMatchObject({ names: ['x', 'y'], reports: { steps: [0, 1], values: [1, 2] } });
    storage.failures = [new AsktellError('storage-full', 'The disk is full; make room.')];
    await refused('storage-full', () => study.tell(trial, 1));
    expect(stored(storage)[0]?.state).toBe('running');
    expect(await study.tell(trial, 1)).toMatchObject({ state: 'complete', value: 1 });
  });
});

describe.each([false, true])('a conflict that only the storage can detect (slow: %s)', (slow) => {
  /** Another worker stores `x` as an integer, at once. */
  function defineElsewhere(storage: Watched): void {
    const trial: NewTrial = {
      state: 'complete',
      names: ['x'],
      dists: [int(0, 9)],
      x: [1],
      values: [0],
      reports: null,
      userAttrs: null,
      systemAttrs: null,
      startedAt: 1,
      finishedAt: 2,
    };
    MemoryStorage.prototype.write.call(storage, storage.findStudy('s')?.ref as StudyRef, null, [
      { kind: 'create', trial },
    ]);
  }

  it('fails the trial with its reason, and rejects the next awaited call', async () => {
    const { study, storage } = await start(slow);
    const trial = await study.ask();
    defineElsewhere(storage);
    trial.suggestFloat('x', 0, 1);
    await turn();
    const error = await refused('space-conflict', () => trial.report(1, 0));
    expect(error.message).toMatch(/"x" is int\(0, 9\).*cannot become float\(0, 1\)/);
    const told = (await study.trials())[trial.number];
    expect(told).toMatchObject({
      state: 'fail',
      failure: { code: 'space-conflict', message: error.message },
      params: {},
    });
    // Later calls reject, too.
    for (const act of [() => trial.shouldPrune(), () => study.tell(trial, 1), () => trial.setUserAttr('k', 1)])
      await refused('space-conflict', act);
    await refused('space-conflict', () => trial.suggestFloat('y', 0, 1));
  });

  it('is found at the tell, when nothing was awaited before', async () => {
    const { study, storage } = await start(slow);
    const trial = await study.ask();
    defineElsewhere(storage);
    trial.suggestFloat('ok', 0, 1);
    trial.suggestFloat('x', 0, 1);
    await refused('space-conflict', () => study.tell(trial, 1));
    expect((await study.trials())[trial.number]).toMatchObject({ state: 'fail', value: undefined });
    const next = await study.ask();
    await refused('space-conflict', () => next.suggestFloat('x', 0, 1)); // known now: at once
  });

  it('fails one trial of optimize with one warning, and ends it unless it is caught', async () => {
    for (const objective of ['sync', 'awaits', 'throws'] as const) {
      for (const caught of [true, false]) {
        const { study, storage } = await start(slow);
        const warnings: string[] = [];
        study.internals.session.output.warn = (line) => warnings.push(line);
        const seen: string[] = [];
        let calls = 0;
        const run = study.optimize(
          (trial) => {
            calls++;
            if (calls > 1) return trial.suggestInt('x', 0, 9);
            defineElsewhere(storage);
            trial.suggestFloat('x', 0, 1);
            if (objective === 'sync') return 1;
            return turn().then(() => (objective === 'throws' ? trial.report(0, 0).then(() => 1) : 1));
          },
          { trials: 2, catch: caught, callbacks: [(trial) => seen.push(trial.state)] },
        );
        if (caught) await run;
        else await refused('space-conflict', () => run);
        expect(warnings, objective).toEqual([expect.stringMatching(/^Trial 0 failed \(space-conflict\)/)]);
        expect(seen, objective).toEqual(caught ? ['fail', 'complete'] : ['fail']);
      }
    }
  });
});

it('a declared space that conflicts is refused before anything is written', async () => {
  const { storage, study } = await start(false);
  const trial = await study.ask();
  trial.suggestInt('x', 0, 9);
  await study.tell(trial, 1);
  await refused('space-conflict', () => study.ask({ x: float(0, 1) }));
  expect(stored(storage)).toHaveLength(1);
});
