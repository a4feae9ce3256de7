import {
  categorical,
  createStudy,
  float,
  fromUnit,
  int,
  loadStudy,
  MemoryStorage,
  NopPruner,
  rngFor,
  type Storage,
  type Study,
  type Trial,
  where,
} from '@asktell/core';
import { SobolSequence } from '@asktell/numerics';
import { OperationLogStorage, refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { QmcSampler } from './qmc-sampler.ts';

const space = { x: float(-1, 1), n: int(1, 1000, { log: true }), act: categorical(['a', 'b', 'c']) };
const dists = Object.values(space);
const host = {
  environment: {
    process: null,
    output: { interactive: false, columns: 80, info: () => {}, warn: () => {}, status: () => {} },
    compileExpression: null,
  },
};

/** The parameters at point `index` of the study's sequence. */
function expected(index: number, seed: number): string {
  const u = new SobolSequence(3, { scramble: 'owen', seed }).point(index);
  const [x, n, act] = dists.map((dist, d) => fromUnit(dist, u[d] as number)) as [number, number, number];
  return JSON.stringify({ x, n, act: space.act.choices[act] });
}

function firstPoints(count: number, seed: number): string[] {
  return Array.from({ length: count }, (_, index) => expected(index, seed)).sort();
}

interface Handles {
  readonly storage: () => Storage;
  readonly seed: number;
  readonly orphans?: 'reclaim' | 'fail';
}

async function workers(count: number, { storage, seed, orphans = 'reclaim' }: Handles): Promise<Study<object>[]> {
  const options = { name: 's', orphans, pruner: new NopPruner(), sampler: new QmcSampler() };
  const studies: Study<object>[] = [];
  for (let i = 0; i < count; i++) {
    const handle = { ...options, space, storage: storage(), worker: `worker ${i}` };
    studies.push(
      (i === 0 ? await createStudy({ ...handle, seed }, host) : await loadStudy(handle, host)) as Study<object>,
    );
  }
  return studies;
}

/** The points of the trials that were not enqueued, imported or lost. */
async function pointsOf(study: Study<object>, others: ReadonlySet<number>): Promise<string[]> {
  return (await study.trials())
    .filter(({ number, failure }) => !others.has(number) && failure?.code !== 'lost')
    .map(({ params }) => JSON.stringify(params))
    .sort();
}

/** Runs racing workers. Some trials fail, others finish much later than they started. */
async function race(studies: readonly Study<object>[], trials: number): Promise<void> {
  const work = async (study: Study<object>, rng = rngFor(1, 0, String(studies.indexOf(study)))): Promise<void> => {
    const open: Trial[] = [];
    for (let k = 0; k < trials; k++) {
      open.push((await study.ask()) as unknown as Trial);
      if (rng.float() < 0.5) continue;
      const [trial] = open.splice(rng.int(0, open.length - 1), 1) as [Trial];
      if (rng.float() < 0.3) await study.tell(trial, undefined, { state: 'fail' });
      else await study.tell(trial, 0);
    }
    for (const trial of open) await study.tell(trial, 0);
  };
  await Promise.all(studies.map((study) => work(study)));
}

describe('QmcSampler with several workers', () => {
  it.each([
    [
      'memory',
      () =>
        (
          (s) => () =>
            s
        )(new MemoryStorage()),
    ],
    [
      'operation log',
      () =>
        (
          (log) => () =>
            new OperationLogStorage(log)
        )(new OperationLogStorage().log),
    ],
  ] as const)('uses exactly the first points of the sequence (%s)', async (_, storages) => {
    const seed = 9;
    const studies = await workers(8, { storage: storages(), seed });
    await race(studies, 12);
    expect(await pointsOf(studies[3] as Study<object>, new Set())).toEqual(firstPoints(96, seed));
  });

  it('uses no point for enqueued and imported trials, and gives the points of lost trials to the next ones', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), fc.array(fc.nat(9), { minLength: 20, maxLength: 60 }), async (seed, dice) => {
        const storage = new MemoryStorage();
        let studies = await workers(3, { storage: () => storage, seed, orphans: 'fail' });
        const others = new Set<number>();
        const open: [number, Trial][] = [];
        for (const [turn, die] of dice.entries()) {
          const i = turn % 3;
          const study = studies[i] as Study<object>;
          if (die === 0) others.add(await study.enqueue({ x: 0.5 } as never));
          else if (die === 1) others.add(await study.addTrial({ params: { x: 0, n: 1, act: 'a' }, value: 1 } as never));
          else if (die === 2 && open.length > 0) {
            const [, trial] = open.splice(turn % open.length, 1)[0] as [number, Trial];
            if (turn % 2 === 0) await study.tell(trial, 1);
            else await study.tell(trial, undefined, { state: 'fail' });
          } else if (die === 3) {
            // All processes die and restart: running trials are lost.
            studies = await Promise.all(
              [0, 1, 2].map(
                (k) =>
                  loadStudy(
                    {
                      name: 's',
                      storage,
                      orphans: 'fail',
                      pruner: new NopPruner(),
                      sampler: new QmcSampler(),
                      space,
                      worker: `worker ${k}`,
                    },
                    host,
                  ) as Promise<Study<object>>,
              ),
            );
            open.length = 0;
          } else {
            const { value } = await study.take({ trials: 1 }).next();
            open.push([i, value as unknown as Trial]);
          }
        }
        const points = await pointsOf(studies[0] as Study<object>, others);
        const there = (await (studies[0] as Study<object>).trials()).filter(
          ({ number, state, failure }) => !others.has(number) && state !== 'waiting' && failure?.code !== 'lost',
        );
        expect(points.length).toBe(there.length);
        expect(new Set(points).size).toBe(points.length);
        // Only trials whose loss is not detected yet can leave gaps. The next asks fill them.
        const first = studies[0] as Study<object>;
        for (let k = 0; k < 60; k++) await first.ask();
        const all = await pointsOf(first, others);
        expect(all).toEqual(firstPoints(all.length, seed));
      }),
      { numRuns: 25 },
    );
  });

  it('skips only the points that where forbids', async () => {
    const seed = 3;
    const storage = new MemoryStorage();
    const halved = where({ x: float(0, 1), y: float(0, 1) }, (p) => p.x + p.y < 0.4);
    const open = async (i: number): Promise<Study<object>> => {
      const options = { name: 's', storage, sampler: new QmcSampler(), worker: `w${i}`, seed };
      return (await createStudy({ ...options, space: halved, loadIfExists: true }, host)) as unknown as Study<object>;
    };
    const studies = [await open(0), await open(1), await open(2)];
    await race(studies, 20);
    const sequence = new SobolSequence(2, { scramble: 'owen', seed });
    const allowed: string[] = [];
    while (allowed.length < 60) {
      const [x, y] = sequence.next() as unknown as [number, number];
      if (x + y < 0.4) allowed.push(JSON.stringify({ x, y }));
    }
    expect(await pointsOf(studies[1] as Study<object>, new Set())).toEqual(allowed.sort());
  });

  it('tries 27 points in 27 trials where repeats are avoided, in the order of the sequence', async () => {
    const cube = { a: int(0, 2), b: int(0, 2), c: int(0, 2) };
    const storage = new MemoryStorage();
    const options = { name: 's', storage, duplicates: 'avoid' as const, seed: 5, space: cube };
    const studies: Study<object>[] = [];
    for (let i = 0; i < 8; i++) {
      const handle = { ...options, sampler: new QmcSampler(), worker: `w${i}`, loadIfExists: true };
      studies.push((await createStudy(handle, host)) as unknown as Study<object>);
    }
    await Promise.all(studies.map((study) => study.optimize(async () => 0)));
    const points = (await (studies[0] as Study<object>).trials()).map(({ params }) => JSON.stringify(params));
    expect([points.length, new Set(points).size]).toEqual([27, 27]);
    await refused('exhausted', () => (studies[5] as Study<object>).ask());
    const sequence = new SobolSequence(3, { scramble: 'owen', seed: 5 });
    const inOrder = new Set<string>();
    while (inOrder.size < 16) {
      const [a, b, c] = Array.from(sequence.next(), (u) => Math.floor(u * 3)) as [number, number, number];
      inOrder.add(JSON.stringify({ a, b, c }));
    }
    expect(points.slice(0, 16)).toEqual([...inOrder]);
  });
});
