import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { int } from '../distribution/validate.ts';
import { AsktellError } from '../errors.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { AskRequest, Cursor, StudyRef } from '../storage/storage.ts';
import { createStudy } from '../study/create-study.ts';

/** Samples the trial's number, but fails where it is told to. */
function failing(at: { number: number }): Sampler {
  return {
    name: 'failing',
    config: { version: 1, options: {} },
    supports: { conditional: true, pending: true },
    sampleOne: (_state, { trial: { number } }) => {
      if (number === at.number) throw new Error('bug');
      return number;
    },
  };
}

/** Fails at the end of an ask, when the proposals are made, as a full disk would. */
class Full extends MemoryStorage {
  full = false;
  override ask(ref: StudyRef, since: Cursor | null, request: AskRequest): ReturnType<MemoryStorage['ask']> {
    if (!this.full) return super.ask(ref, since, request);
    let calls = 0;
    return super.ask(ref, since, {
      ...request,
      fill: (trial) => {
        const ops = request.fill?.(trial) ?? [];
        if (++calls === 2) throw new AsktellError('storage-full', 'The disk is full; make room.');
        return ops;
      },
    });
  }
}

describe('an ask that fails midway', () => {
  const space = { n: int(0, 99) };

  it('writes nothing, and leaves no trace in memory', async () => {
    const at = { number: 4 };
    const study = await createStudy({ sampler: failing(at), space });
    await study.tell(await study.ask(), 5);
    await study.ask();
    await expect(study.askBatch(4)).rejects.toThrow('bug');
    expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'running']);
    expect([study.history.size, [...study.history.running]]).toEqual([2, [1]]);
    expect(await study.bestValue()).toBe(5);
    at.number = -1;
    expect((await study.askBatch(4)).map(({ params }) => params.n)).toEqual([2, 3, 4, 5]);
  });

  it('does so if the sampler fails and if the storage fails', async () => {
    const storage = new Full();
    const study = await createStudy({ sampler: failing({ number: -1 }), space, storage });
    await study.ask();
    storage.full = true;
    await refused('storage-full', () => study.askBatch(3));
    storage.full = false;
    expect((await study.trials()).map(({ params }) => params.n)).toEqual([0]);
    const trials = await study.askBatch(2);
    expect(trials.map(({ number, params }) => [number, params.n])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    for (const trial of trials) await study.tell(trial, trial.number);
    expect(study.history.size).toBe(3);
    expect(await study.bestValue()).toBe(1);
  });

  it('running trials continue, and the queue stays', async () => {
    const at = { number: 2 };
    const study = await createStudy({ sampler: failing(at), space });
    const trial = await study.ask();
    await study.enqueue({});
    await expect(study.askBatch(2)).rejects.toThrow('bug');
    expect((await study.trials()).map(({ state }) => state)).toEqual(['running', 'waiting']);
    expect(trial.suggestFloat('later', 0, 9)).toBe(0);
    await study.tell(trial, 3);
    expect(await study.bestParams()).toEqual({ n: 0, later: 0 });
    expect((await study.ask()).number).toBe(1);
  });
});
