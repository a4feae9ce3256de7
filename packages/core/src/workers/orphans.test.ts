import { ExclusiveSampler, PendingSampler, refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import type { ProcessIdentity } from '../environment.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { Trial } from '../trial/trial.ts';
import type { OrphanPolicy } from './orphan-policy.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const quiet = { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} };

/** A storage and processes that can die. */
function world(sampler: Sampler = uniform, space?: { x: ReturnType<typeof float> }) {
  const storage = new MemoryStorage();
  const dead = new Set<number>();
  const open = (pid: number, options: { orphans?: OrphanPolicy; worker?: string } = {}): Promise<Study> => {
    const process: ProcessIdentity = { host: 'here', pid, born: null, isAlive: (other) => !dead.has(other) };
    const environment = { process, output: quiet, compileExpression: null };
    const declared = space === undefined ? {} : { space };
    return createStudy(
      { name: 's', storage, sampler, seed: 1, loadIfExists: true, ...declared, ...options },
      { environment },
    ) as unknown as Promise<Study>;
  };
  return { storage, open, kill: (pid: number) => dead.add(pid) };
}

/** Takes a trial as `optimize` does, under an owner. */
const take = async (study: Study): Promise<Trial> => (await study.take({ trials: 1 }).next()).value as Trial;
const facts = async (study: Study) =>
  (await study.trials()).map(({ number, state, failure }) => [number, state, failure?.code ?? null]);

describe('reclaim', () => {
  it.each([
    ['define-by-run', undefined, uniform],
    ['declared', { x: float(0, 1) }, uniform],
    ['declared, jointly', { x: float(0, 1) }, new PendingSampler()],
  ] as const)(
    'goes on with the trial of a dead process: same number, same parameters (%s)',
    async (_, space, sampler) => {
      const { storage, open, kill } = world(sampler, space);
      const one = await open(1);
      const lost = await take(one);
      const x = lost.suggestFloat('x', 0, 1);
      await lost.report(0.5, 0);
      await lost.report(0.25, 7);
      await lost.setUserAttr('from', 'one');
      const started = (await one.trials())[0]?.datetimeStart;
      expect((await take(await open(3))).number).toBe(1); // it is alive
      const two = await open(2);
      kill(1);
      const again = await take(two);
      expect([again.number, again.isResumed, again.suggestFloat('x', 0, 1)]).toEqual([0, true, x]);
      const stored = storage.pull(two.internals.session.study.ref, null).trials[0];
      expect(stored?.systemAttrs?.get(keys.owner)).toMatchObject({ pid: 2 });
      await again.report(0.75, 0); // it reports once more
      const told = await two.tell(again, undefined, { state: 'pruned' });
      expect(told).toMatchObject({
        state: 'pruned',
        params: { x },
        userAttrs: { from: 'one' },
        datetimeStart: started,
        value: 0.25,
      });
      expect([...told.intermediateValues]).toEqual([
        [0, 0.75],
        [7, 0.25],
      ]);
      expect((await take(two)).isResumed).toBe(false);
    },
  );

  it('keeps the note of its proposal, beside an abandoned trial of another program', async () => {
    const { storage, open, kill } = world(new PendingSampler(), { x: float(0, 1) });
    const one = await open(1);
    const { ref } = one.internals.session.study;
    const stored = () => storage.pull(ref, null).trials[1]?.systemAttrs?.get(keys.note);
    const foreign = { names: [], dists: [], x: [], values: null, reports: null, userAttrs: null, systemAttrs: null };
    storage.write(ref, null, [
      { kind: 'create', trial: { ...foreign, state: 'running', startedAt: 1, finishedAt: null } },
    ]);
    await take(one);
    const note = stored();
    expect(note).toEqual({ sampler: [expect.any(Number)], stale: [0] });
    kill(1);
    expect((await take(await open(2))).number).toBe(1);
    expect(stored()).toEqual(note);
  });

  it('comes before the queue, and counts as a trial of the call', async () => {
    const { open, kill } = world();
    const one = await open(1);
    await take(one);
    await take(one);
    await one.enqueue({ x: 0.5 });
    kill(1);
    const two = await open(2);
    const order: number[] = [];
    await two.optimize((trial) => order.push(trial.number), { trials: 4 });
    expect(order).toEqual([0, 1, 2, 3]);
  });

  it('only one of two other workers gets it', async () => {
    const { open, kill } = world();
    await take(await open(1));
    kill(1);
    const survivors = [await open(2), await open(3)];
    const taken = await Promise.all(survivors.map(take));
    expect(taken.map(({ number }) => number).sort()).toEqual([0, 1]);
  });

  it('a worker that starts again under its name gets its trials back; without a process, too', async () => {
    const storage = new MemoryStorage();
    const open = (worker: string) => createStudy({ name: 's', storage, sampler: uniform, loadIfExists: true, worker });
    const x = (await take(await open('a'))).suggestFloat('x', 0, 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await take(await open('b'))).number).toBe(1);
    const again = await take(await open('a'));
    expect([again.number, again.suggestFloat('x', 0, 1)]).toEqual([0, x]);
  });

  it('a closed handle releases its trials', async () => {
    const { open } = world();
    const study = await open(1);
    await take(study);
    await study.close();
    expect((await take(study)).number).toBe(0);
  });
});

describe('fail and leave', () => {
  it('fail ends orphans as lost, and they cost no budget', async () => {
    const { open, kill } = world();
    const one = await open(1);
    await take(one);
    await take(one);
    kill(1);
    const two = await open(2, { orphans: 'fail' });
    await two.optimize(() => 0, { trials: { total: 3 } });
    expect(await facts(two)).toEqual([
      [0, 'fail', 'lost'],
      [1, 'fail', 'lost'],
      [2, 'complete', null],
      [3, 'complete', null],
      [4, 'complete', null],
    ]);
    expect((await two.trials())[0]?.failure?.message).toContain('gone');
  });

  it('a point is free again in the ask that ends its trial as lost', async () => {
    const { open, kill } = world(new ExclusiveSampler(), { x: float(0, 1, { step: 0.5 }) });
    const one = await open(1);
    const points = [];
    for (let k = 0; k < 3; k++) points.push((await take(one)).params['x']);
    kill(1);
    const two = await open(2, { orphans: 'fail' });
    const again = await two.askBatch(5);
    expect(again.map(({ params }) => params['x']).sort()).toEqual(points.sort());
  });

  it('leave keeps them running, and they cost no budget', async () => {
    const { open, kill } = world();
    await take(await open(1));
    kill(1);
    const two = await open(2, { orphans: 'leave' });
    await two.optimize(() => 0, { trials: { total: 2 } });
    expect(await facts(two)).toEqual([
      [0, 'running', null],
      [1, 'complete', null],
      [2, 'complete', null],
    ]);
  });
});

describe('a plain ask', () => {
  it('is never an orphan: it can be told days later, from another process', async () => {
    const { open, kill } = world();
    const one = await open(1);
    const trial = await one.ask();
    const x = trial.suggestFloat('x', 0, 1);
    await trial.report(0, 0);
    kill(1);
    const two = await open(2);
    expect((await take(two)).number).toBe(1);
    expect((await two.ask()).number).toBe(2);
    expect(await two.tell(0, 5)).toMatchObject({ state: 'complete', value: 5, params: { x } });
  });

  it('can be leased', async () => {
    const { open, kill } = world();
    await (await open(1)).askBatch(1, { lease: true });
    kill(1);
    const again = await (await open(2)).ask();
    expect([again.number, again.isResumed]).toEqual([0, true]);
    kill(2); // asked without a lease: it no longer has an owner
    expect((await take(await open(3))).number).toBe(1);
  });
});

describe('a worker that was considered dead', () => {
  it('cannot overwrite what another one has told', async () => {
    const { open, kill } = world();
    const one = await open(1);
    const mine = await take(one);
    kill(1);
    const two = await open(2);
    const theirs = await take(two);
    await two.tell(theirs, 1);
    await refused('trial-finished', () => one.tell(mine, 2));
    expect(await two.bestValue()).toBe(1);
  });

  it('continues its optimization, with one warning', async () => {
    const { open, kill } = world();
    const one = await open(1);
    const warnings: string[] = [];
    one.internals.session.output.warn = (line) => warnings.push(line);
    const two = await open(2);
    await one.optimize(
      async (trial) => {
        if (trial.number > 0) return 2;
        kill(1);
        const theirs = await take(two);
        await two.tell(theirs, 1);
        return 2;
      },
      { trials: 2 },
    );
    expect((await two.trials()).map(({ value }) => value)).toEqual([1, 2]);
    expect(warnings).toEqual([expect.stringMatching(/Trial 0 was already finished.*ignored/)]);
  });
});
