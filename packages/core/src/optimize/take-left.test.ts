import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { drawUniform } from '../distribution/draw.ts';
import { float } from '../distribution/validate.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { createStudy } from '../study/create-study.ts';
import { loadStudy } from '../study/load-study.ts';
import type { OrphanPolicy } from '../workers/orphan-policy.ts';

const sampler: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: { objectives: 'many', conditional: true },
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};
const space = { x: float(0, 1) };
const lines: string[] = [];
const output = {
  interactive: false,
  columns: 80,
  info: () => {},
  warn: (line: string) => void lines.push(line),
  status: () => {},
};
const host = { environment: { process: null, output, compileExpression: null } };

describe('a take loop that is left with an untold trial', () => {
  it.each<readonly [string, OrphanPolicy, number]>([
    ['reclaim', 'reclaim', 3],
    ['reclaim: 0', { reclaim: 0 }, 1],
    ['fail', 'fail', 3],
    ['leave', 'leave', 3],
  ])('gives it to the next ask, until its attempts are used up (%s)', async (_, orphans, runs) => {
    lines.length = 0;
    const storage = new MemoryStorage();
    const open = () => createStudy({ name: 's', storage, sampler, space, seed: 1, loadIfExists: true, orphans }, host);
    const points: unknown[] = [];
    for (let run = 0; run < runs; run++) {
      const study = await open();
      const work = async (): Promise<void> => {
        for await (const trial of study.take({ trials: 5 })) {
          points.push([trial.number, trial.params.x, trial.isResumed]);
          void trial.report(run, 0);
          if (run % 2 === 0) throw new Error('broken');
          break;
        }
      };
      await work().catch((error: Error) => expect(error.message).toBe('broken'));
      const [record] = storage.pull(study.internals.session.study.ref, null).trials;
      expect(record?.systemAttrs?.get(keys.attempts)).toBe(run < runs - 1 ? run + 1 : runs === 1 ? undefined : run);
    }
    const study = await open();
    const [first] = await study.trials();
    expect(first).toMatchObject({ state: 'fail', failure: { code: 'crashed' }, params: { x: expect.any(Number) } });
    expect(first?.intermediateValues.get(0), 'its last report').toBe(runs - 1);
    expect(points.map((point) => (point as unknown[])[1])).toEqual(Array.from({ length: runs }, () => first?.params.x));
    expect(points.map((point) => (point as unknown[])[2])).toEqual(Array.from({ length: runs }, (__, run) => run > 0));
    expect((await study.ask()).number).toBe(1);
    expect(lines).toEqual([expect.stringMatching(/^Trial 0 failed \(crashed\)/)]);
  });

  it('counts no attempt when the study was stopped', async () => {
    const study = await createStudy({ sampler, space }, host);
    for await (const _ of study.take()) {
      study.stop();
      break;
    }
    const again = await study.take().next();
    expect([again.value?.number, again.value?.isResumed]).toEqual([0, true]);
    const [record] = (await study.storage.pull(study.internals.session.study.ref, null)).trials;
    expect(record?.systemAttrs?.has(keys.attempts)).toBe(false);
  });

  it('keeps a trial that is told later', async () => {
    const study = await createStudy({ sampler, space }, host);
    const told: Promise<unknown>[] = [];
    for await (const trial of study.take({ trials: 3 }))
      told.push(Promise.resolve().then(() => study.tell(trial, trial.number)));
    await Promise.all(told);
    expect((await study.trials()).map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
  });

  it('ends a queued trial that does not fit what is suggested, as the loop cannot', async () => {
    const study = await createStudy({ sampler }, host);
    await study.enqueue({ x: 5 });
    const work = async (): Promise<void> => {
      for await (const trial of study.take({ trials: 2 })) await study.tell(trial, trial.suggestFloat('x', 0, 1));
    };
    await expect(work()).rejects.toThrow('not 5');
    expect((await study.trials()).map(({ failure }) => failure?.code)).toEqual(['space-conflict']);
    await work();
    expect(await study.trials()).toHaveLength(3);
  });
});

describe('points that do not fit', () => {
  it.each<readonly [string, unknown]>([
    ['out of range', { x: 5 }],
    ['a string', { x: '3' }],
    ['null', { x: null }],
  ])('%s: the trial fails with one notice, and optimize goes on', async (_, params) => {
    lines.length = 0;
    const study = await createStudy({ sampler }, host);
    await study.enqueue(params as never);
    await study.optimize((trial) => trial.suggestFloat('x', 0, 1), { trials: 3 });
    expect((await study.trials()).map(({ failure, state }) => failure?.code ?? state)).toEqual([
      'space-conflict',
      'complete',
      'complete',
    ]);
    expect(lines).toEqual([expect.stringMatching(/^Trial 0 failed \(space-conflict\): /)]);
  });

  it('of a resumed trial: it ends before it is measured', async () => {
    lines.length = 0;
    const storage = new MemoryStorage();
    const study = await createStudy({ name: 's', storage, sampler, space: { x: float(0, 1) }, seed: 1 }, host);
    for await (const _ of study.take()) break;
    const narrow = await loadStudy({ name: 's', storage, sampler, space: { x: float(0, 0.1) } }, host);
    const measured: number[] = [];
    await narrow.optimize(({ number }) => measured.push(number), { trials: 2 });
    expect(measured).toEqual([1, 2]);
    expect((await narrow.trials())[0]).toMatchObject({ state: 'fail', failure: { code: 'space-conflict' } });
  });
});
