// Proposals of the Gaussian-process sampler with and without a thread for its fits.
import {
  createStudy as createInCore,
  type Offload,
  replayProposal,
  type Sampler,
  type Study,
  type StudyHost,
} from '@asktell/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  AutoSampler,
  categorical,
  createStudy,
  float,
  GpSampler,
  HypergradientSampler,
  int,
  loadStudy,
  MemoryStorage,
  PartialFixedSampler,
  RandomSampler,
  StagedSampler,
  type Storage,
  where,
} from '../index.ts';
import { offloadWith } from '../platform/threads.ts';
import { environment } from './environment.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const few = { spread: 24, near: 16, climbs: 1 };
const recipe = { effort: few, localEffort: few };
const sampler = (): GpSampler => new GpSampler({ recipe });

const space = where(
  {
    ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`x${i}`, float(-1, 2)])),
    n: int(1, 30),
    c: categorical(['a', 'b', 'c']),
  },
  'x0 > 0 or x1 > 0',
);

const loss = (params: object): number =>
  Object.values(params).reduce((sum: number, x) => sum + (typeof x === 'number' ? x * x : x === 'b' ? 0 : 1), 0);

/** Runs trials until there are this many. Returns the parameters and notes of all. */
async function run(study: Study, total: number): Promise<readonly unknown[]> {
  await study.optimize(({ params, number }) => (number % 9 === 4 ? Number.NaN : loss(params)), { trials: total });
  return (await study.trials()).map(({ flatParams, number }) => [flatParams, study.history.note(number)]);
}

const options = { space, seed: 3, log: 'silent' as const };
const inCore = (storage: Storage, host: StudyHost, proposer: Sampler = sampler()): Promise<Study> =>
  createInCore({ ...options, storage, sampler: proposer }, host) as unknown as Promise<Study>;
const withOffload = (offload: Offload): StudyHost => ({ environment: { ...environment(), offload } });

describe('fits in a thread', () => {
  it('change no proposal, in memory and in SQLite', { timeout: 300_000 }, async () => {
    const { offload: none, ...plain } = environment();
    expect(none).toBeDefined();
    const expected = await run(await inCore(new MemoryStorage(), { environment: plain }), 116);
    const threads = environment().offload as Offload;
    const counted = vi.fn(threads);
    const study = await inCore(new MemoryStorage(), withOffload(counted as unknown as Offload));
    expect(await run(study, 116)).toEqual(expected);
    expect(counted.mock.calls.length).toBeGreaterThan(1);
    const stored = (await createStudy({ ...options, storage: ':memory:', sampler: sampler() })) as unknown as Study;
    expect(await run(stored, 60)).toEqual(expected.slice(0, 60));
    // Another handle makes all fits again, in a thread.
    const resumed = (await loadStudy({ storage: stored.storage, space, log: 'silent' })) as unknown as Study;
    expect(await run(resumed, 56)).toEqual(expected);
    expect(await replayProposal(resumed, 115)).toEqual((await resumed.trials())[115]?.flatParams);
    await stored.close();
  });

  it.each<readonly [string, () => Sampler]>([
    ['AutoSampler', () => new AutoSampler({ recipe: { gp: recipe } })],
    [
      'StagedSampler',
      () =>
        new StagedSampler({
          stages: [
            { sampler: new RandomSampler(), trials: 8 },
            { sampler: new AutoSampler({ recipe: { gp: recipe } }) },
          ],
        }),
    ],
    ['PartialFixedSampler', () => new PartialFixedSampler({ fixed: { n: 7 }, base: sampler() })],
    ['HypergradientSampler', () => new HypergradientSampler({ base: sampler() })],
  ])('are asked for by the samplers inside of %s, too', { timeout: 300_000 }, async (_, make) => {
    const { offload, ...plain } = environment();
    const expected = await run(await inCore(new MemoryStorage(), { environment: plain }, make()), 116);
    const counted = vi.fn(offload as Offload);
    const study = await inCore(new MemoryStorage(), withOffload(counted as unknown as Offload), make());
    expect(await run(study, 116)).toEqual(expected);
    expect(counted).toHaveBeenCalled();
    expect(await replayProposal(study, 115)).toEqual((await study.trials())[115]?.flatParams);
  });

  it('need no thread: without one, a notice is printed once', { timeout: 300_000 }, async () => {
    const lines: string[] = [];
    const offload = offloadWith(
      () => {
        throw new Error('forbidden');
      },
      (line) => lines.push(line),
    );
    const study = await inCore(new MemoryStorage(), withOffload(offload));
    await run(study, 112);
    expect(lines).toEqual([
      'GpSampler: no worker thread can be used (forbidden). Long computations will block the event loop.',
    ]);
  });
});
