// Studies that avoid repeats, with a sampler that ranks candidates.
import { describe, expect, it } from 'vitest';
import { andThen } from '../awaitable.ts';
import { int } from '../distribution/validate.ts';
import type { SampleContext, Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import { loadStudy } from '../study/load-study.ts';
import { replayProposal } from '../study/replay-proposal.ts';
import type { Study } from '../study/study.ts';

/** Ranks the same points for every trial. */
class Ranking implements Sampler {
  readonly name = 'ranking';
  readonly config = { version: 1, options: {} };
  readonly supports = { pending: true, exclusive: 'ranks' } as const;
  readonly #ranked: readonly number[];
  /** Called by every proposal. */
  onPropose: (ctx: SampleContext) => unknown = () => undefined;

  constructor(...ranked: readonly number[]) {
    this.#ranked = ranked;
  }

  propose(_: unknown, ctx: SampleContext): ReturnType<NonNullable<Sampler['propose']>> {
    const [first = Number.NaN, ...others] = this.#ranked;
    const at = (value: number) => ({ x: new Float64Array(ctx.space.params.length).fill(value), note: `is ${value}` });
    return andThen(this.onPropose(ctx), () => ({ ...at(first), others: others.map(at) }));
  }
}

const space = { x: int(0, 9) };
const five = { x: int(0, 4) };
const options = { space, seed: 1, duplicates: 'avoid', log: 'silent' } as const;

const ranksOf = async (study: Study): Promise<readonly unknown[]> => {
  const { trials } = await study.internals.session.storage.pull(study.internals.session.study.ref, null);
  return trials.map(
    ({ systemAttrs }) => (systemAttrs?.get('asktell:note') as { rank?: number } | undefined)?.rank ?? 0,
  );
};
const valuesOf = async (study: Study): Promise<readonly unknown[]> =>
  (await study.trials()).map(({ flatParams }) => flatParams['x']);

describe('ranked candidates', () => {
  it('are taken in order, each once, then points are drawn, until none is left', async () => {
    const study = (await createStudy({
      ...options,
      sampler: new Ranking(3, 7),
      storage: new MemoryStorage(),
    })) as Study;
    for (let n = 0; n < 10; n++) await study.tell(await study.ask(), 1);
    const values = await valuesOf(study);
    expect(values.slice(0, 2)).toEqual([3, 7]);
    expect(new Set(values).size).toBe(10);
    const ranks = await ranksOf(study);
    expect(ranks.slice(0, 2)).toEqual([0, 1]);
    expect(ranks.slice(2).every((rank) => (rank as number) < 0 || (rank as number) > 1)).toBe(true);
    await expect(study.ask()).rejects.toMatchObject({ code: 'exhausted' });
    for (let n = 0; n < 10; n++) expect(await replayProposal(study, n)).toEqual({ x: values[n] });
  });

  it('are stored with their own notes', async () => {
    const study = (await createStudy({
      ...options,
      sampler: new Ranking(3, 7),
      storage: new MemoryStorage(),
    })) as Study;
    const trials = await study.askBatch(3);
    expect(trials.slice(0, 2).map(({ number }) => study.history.note(number))).toEqual(['is 3', 'is 7']);
  });

  it('are proposed outside transactions and chosen inside', async () => {
    let isInside = false;
    const inside = <T>(work: () => T): T => {
      isInside = true;
      try {
        return work();
      } finally {
        isInside = false;
      }
    };
    const storage = new (class extends MemoryStorage {
      override ask(...args: Parameters<MemoryStorage['ask']>) {
        return inside(() => super.ask(...args));
      }
      override write(...args: Parameters<MemoryStorage['write']>) {
        return inside(() => super.write(...args));
      }
    })();
    const sampler = new Ranking(3, 7);
    const seen: boolean[] = [];
    sampler.onPropose = () => seen.push(isInside);
    const study = (await createStudy({ ...options, sampler, storage })) as Study;
    await study.ask();
    await study.ask();
    expect(seen).toEqual([false, false]);
    expect(await valuesOf(study)).toEqual([3, 7]);
  });

  it('go to two workers without a collision, and each proposal can be replayed', async () => {
    const storage = new MemoryStorage();
    const sampler = new Ranking(3, 7, 5);
    // Both workers propose before one of them stores its point.
    let arrived = 0;
    let open = (): void => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = (await createStudy({ ...options, sampler, storage })) as Study;
    await first.enqueue({ x: 1 });
    await first.tell(await first.ask(), 0);
    sampler.onPropose = () => {
      if (++arrived === 2) open();
      return arrived <= 2 ? both : undefined;
    };
    const second = (await loadStudy({ storage, sampler, space, log: 'silent' })) as unknown as Study;
    const trials = await Promise.all([first.ask(), second.ask()]);
    expect(trials.map(({ params }) => (params as { x: number }).x)).toEqual([3, 7]);
    expect(await ranksOf(first)).toEqual([0, 0, 1]);
    for (const { number, flatParams } of await first.trials())
      expect(await replayProposal(first, number)).toEqual(flatParams);
  });

  it('end a batch when the points of others are counted, also of those that have none yet', async () => {
    const storage = new MemoryStorage();
    const sampler = new Ranking(3, 2);
    const study = (await createStudy({ ...options, space: five, sampler, storage })) as Study;
    const other = (await loadStudy({ storage, sampler, space: five, log: 'silent' })) as unknown as Study;
    let release = (): void => undefined;
    sampler.onPropose = () =>
      new Promise<void>((resolve) => {
        release = resolve;
      });
    const waiting = study.ask();
    sampler.onPropose = () => undefined;
    expect(await other.askBatch(9)).toHaveLength(4);
    await expect(other.ask()).rejects.toMatchObject({ code: 'exhausted' });
    release();
    await waiting;
    expect([...(await valuesOf(study))].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('serve define-by-run studies, which may repeat a point', async () => {
    const { space: _, ...without } = options;
    const storage = new MemoryStorage();
    const study = (await createStudy({ ...without, sampler: new Ranking(3, 7), storage })) as Study;
    for (let n = 0; n < 14; n++) {
      const trial = await study.ask();
      trial.suggestInt('x', 0, 9);
      await study.tell(trial, n);
    }
    const values = await valuesOf(study);
    expect(new Set(values).size).toBe(10);
    for (let n = 0; n < 14; n++) expect(await replayProposal(study, n, { space: null })).toEqual({ x: values[n] });
  });

  it('leave enqueued points as they are', async () => {
    const study = (await createStudy({
      ...options,
      sampler: new Ranking(3, 7),
      storage: new MemoryStorage(),
    })) as Study;
    await study.tell(await study.ask(), 0);
    await study.enqueue({ x: 3 });
    await study.enqueue({ x: 3 });
    await study.ask();
    await study.ask();
    expect(await valuesOf(study)).toEqual([3, 3, 3]);
  });
});
