import { refused } from '@asktell/testing';
import { describe, expect, it } from 'vitest';
import { float } from '../distribution/validate.ts';
import type { Json } from '../json.ts';
import type { SampleContext, Sampler } from '../sampler/sampler.ts';
import { createStudy } from '../study/create-study.ts';
import { FrozenTrial } from './frozen-trial.ts';

const space = { x: float(0, 1) };

/** What a proposal depends on. */
function seen(count: number, ctx: SampleContext): { readonly [name: string]: Json } {
  const { history, trial, space: proposed } = ctx;
  return {
    count,
    number: trial.number,
    finished: [...history.finished],
    running: [...history.running],
    params: proposed.params.map(({ name }) => name),
    draw: ctx.rng('seen').float(),
  };
}

/** Stores what it saw in `propose`, and explains itself with what it sees then. */
const watcher: Sampler<{ count: number }> = {
  name: 'watcher',
  config: { version: 1, options: {} },
  supports: { pending: true },
  fold: { init: () => ({ count: 0 }), absorb: (state) => state.count++ },
  propose: ({ count }, ctx) => ({
    x: Float64Array.from(ctx.space.params, () => 0.5),
    note: seen(count, ctx) as Json,
  }),
  explain: ({ count }, ctx) => ({ now: seen(count, ctx) as Json, before: ctx.trial.note as Json }),
};

describe('trial.why', () => {
  it.each([
    ['a declared space', { space }],
    ['define-by-run', {}],
  ])('asks the sampler with the state and the context of the proposal: %s', async (_, options) => {
    const study = await createStudy({ sampler: watcher, ...options });
    const out = [];
    for (let n = 0; n < 8; n++) {
      const trial = await study.ask();
      trial.suggestFloat('x', 0, 1);
      out.push(trial);
      if (n >= 2) await study.tell(out[n - 2] as (typeof out)[number], n);
    }
    for (const trial of [...(await study.trials()), ...out.slice(-2)]) {
      const { sampler, reason, now, before } = await trial.why();
      expect(sampler).toBe('watcher');
      expect(reason).toBe('It is the sampler of the study.');
      // The first trials of a define-by-run study have no common parameters, so nothing is proposed for them.
      if (before !== undefined) expect(now).toEqual(before);
    }
    const last = await (out[7] as (typeof out)[number]).why();
    expect(last['now']).toMatchObject({ number: 7, count: 5, finished: [0, 1, 2, 3, 4] });
    expect(last['now']).toEqual(last['before']);
  });

  it('names the sampler that the explanation names', async () => {
    const sampler: Sampler = { ...watcher, explain: () => ({ sampler: 'other', reason: 'It is better.', mean: 2 }) };
    const study = await createStudy({ sampler, space });
    const trial = await study.ask();
    expect(await trial.why()).toEqual({ sampler: 'other', reason: 'It is better.', mean: 2 });
  });

  it('says that parameters were enqueued', async () => {
    const study = await createStudy({ sampler: watcher, space });
    await study.enqueue({ x: 0.25 });
    const trial = await study.ask();
    expect(await trial.why()).toEqual({ sampler: null, reason: 'All parameters were enqueued.' });
  });

  it('is refused for a trial in the queue and for a trial without a study', async () => {
    const study = await createStudy({ sampler: watcher, space });
    await study.enqueue({ x: 0.25 });
    const [waiting] = await study.trials();
    await refused('trial-waiting', () => (waiting as FrozenTrial<object>).why());
    const record = (waiting as FrozenTrial<object>).record;
    await refused('unsupported', () => new FrozenTrial(0, 'waiting', () => record, null).why());
  });
});
