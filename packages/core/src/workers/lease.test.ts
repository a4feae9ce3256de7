import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { Trial } from '../trial/trial.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

/** Pretends that other hosts can open it. */
class Shared extends MemoryStorage {
  override readonly capabilities = { shared: true, durable: false, url: null };
  fail = false;
  override write(...args: Parameters<MemoryStorage['write']>): ReturnType<MemoryStorage['write']> {
    if (this.fail) throw new Error('no network');
    return super.write(...args);
  }
}

const host = (name: string) => ({
  process: { host: name, pid: 1, born: null, isAlive: () => true },
  output: { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} },
  compileExpression: null,
});

const open = (storage: MemoryStorage, name: string, leaseMs = 3000): Promise<Study> =>
  createStudy({ name: 's', storage, sampler, loadIfExists: true, leaseMs }, { environment: host(name) });
const take = async (study: Study): Promise<Trial> => (await study.take({ trials: 1 }).next()).value as Trial;
/** End of the lease of trial 0, milliseconds from the beginning. */
const until = async (study: Study): Promise<number> => {
  const { trials } = await study.storage.pull(study.internals.session.study.ref, null);
  const owner = trials[0]?.systemAttrs?.get(keys.owner) as { readonly until: number } | undefined;
  return (owner?.until ?? 0) / 1000;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: 0 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('leases', () => {
  it('are renewed every third while a trial runs, and no longer', async () => {
    const study = await open(new Shared(), 'a');
    const trial = await take(study);
    expect(await until(study)).toBe(3000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await until(study)).toBe(4000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await until(study)).toBe(9000);
    expect(vi.getTimerCount()).toBe(1);
    await study.tell(trial, 1);
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(9000);
    expect(await until(study), 'the owner is cleared').toBe(0);
  });

  it('use one timer for all trials', async () => {
    const study = await open(new Shared(), 'a');
    const trials = [await take(study), await take(study), await take(study)];
    expect(vi.getTimerCount()).toBe(1);
    await study.tell(trials[0] as Trial, 1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(1);
    for (const trial of trials.slice(1)) await study.tell(trial.number, 1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('expire when they are not renewed: another host takes the trial over', async () => {
    const storage = new Shared();
    const one = await open(storage, 'a');
    const x = (await take(one)).suggestFloat('x', 0, 1);
    await vi.advanceTimersByTimeAsync(2500);
    const two = await open(storage, 'b');
    expect((await take(two)).number).toBe(1);
    storage.fail = true; // the first host has lost its network
    await vi.advanceTimersByTimeAsync(5000);
    storage.fail = false;
    const again = await take(two);
    expect([again.number, again.isResumed, again.suggestFloat('x', 0, 1)]).toEqual([0, true, x]);
  });

  it('that were renewed are read again before a trial is taken over', async () => {
    const storage = new Shared();
    const one = await open(storage, 'a');
    await take(one);
    const two = await open(storage, 'b');
    await two.trials(); // has read the first lease
    await vi.advanceTimersByTimeAsync(20_000);
    expect((await take(two)).number).toBe(1);
  });

  it('are still renewed after a failure', async () => {
    const storage = new Shared();
    const study = await open(storage, 'a');
    await take(study);
    storage.fail = true;
    await vi.advanceTimersByTimeAsync(1000);
    storage.fail = false;
    expect(await until(study)).toBe(3000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await until(study)).toBe(5000);
  });

  it('stop when another worker has finished the trial', async () => {
    const storage = new Shared();
    const one = await open(storage, 'a');
    await take(one);
    await (await open(storage, 'b')).tell(0, 1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stop when the handle is closed', async () => {
    const study = await open(new Shared(), 'a');
    await take(study);
    await study.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are not used for an ask without lease, nor in a storage that is not shared', async () => {
    const shared = await open(new Shared(), 'a');
    await shared.ask();
    const alone = await open(new MemoryStorage(), 'a');
    await take(alone);
    expect([vi.getTimerCount(), await until(alone)]).toEqual([0, 0]);
  });
});
