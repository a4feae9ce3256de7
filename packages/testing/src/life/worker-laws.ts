import { keys } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { plainRecord } from '../storage/plain-record.ts';
import { needsSecond } from '../storage/subject.ts';
import { crashed, died, foreign } from './arrange.ts';
import { uniform } from './samplers.ts';
import type { LifeSubject } from './subject.ts';
import { failureOf, leaseMs, ownerOf, take, type World, withWorld } from './world.ts';

const setup = { sampler: uniform };

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Works on a study until its total is reached, or until the process dies with its trial number `last` of this loop. */
async function work(world: World, pid: number, total: number, last: number): Promise<void> {
  const study = await world.open(pid);
  const loop = study.take({ trials: { total } });
  for (let taken = 0; ; taken++) {
    const { value: trial, done } = await loop.next();
    if (done === true) return;
    await turn();
    if (taken === last) return world.kill(pid);
    await study.tell(trial, taken);
    await turn();
  }
}

/** Laws about several workers of one study. */
export const workerLaws: readonly Law<LifeSubject>[] = [
  {
    group: 'totals',
    name: 'three workers reach a total exactly, although one of them dies',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        await world.open(1); // creates the study
        await Promise.all([
          work(world, 1, 10, Number.POSITIVE_INFINITY),
          work(world, 2, 10, 1),
          work(world, 3, 10, Number.POSITIVE_INFINITY),
        ]);
        expect((await world.records()).map(({ number, state }) => [number, state])).toEqual(
          Array.from({ length: 10 }, (_, number) => [number, 'complete']),
        );
      }),
  },
  {
    group: 'totals',
    name: 'the ask that finds the last death counts it',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        await died(world, 3);
        const study = await world.open(4);
        expect(await study.askBatch(1, { total: 1 })).toEqual([]);
        expect((await world.records()).map(failureOf)).toEqual(['crashed']);
        expect(world.notices).toEqual([expect.stringMatching(/^Trial 0 failed \(crashed\)/)]);
      }),
  },
  {
    group: 'totals',
    name: 'a stale trial that is told after all may exceed the total',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const stale = await foreign(world, { hours: 25 });
        const study = await world.open(2);
        for (const trial of await study.askBatch(1, { total: 1 })) await study.tell(trial, 1);
        expect(world.notices, 'one notice names the cure').toEqual([expect.stringContaining('study.failRunning({ ')]);
        await study.tell(stale, 2);
        expect((await world.records()).map(({ values }) => values)).toEqual([[2], [1]]);
      }),
  },
  {
    group: 'ownership',
    name: 'a release is stored only while the trial is still its own',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const one = await world.open(1);
        await take(one);
        world.kill(1);
        await take(await world.open(2));
        const before = await world.record(0);
        await one.close();
        expect(plainRecord(await world.record(0))).toEqual(plainRecord(before));
        expect((await (await world.open(3)).ask()).number).toBe(1);
      }),
  },
  {
    group: 'ownership',
    name: 'a lease is renewed only while the trial is still its own',
    exempt: needsSecond,
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        await take(await world.open(1));
        const { until } = ownerOf(await world.record(0)) as { readonly until: number };
        await world.advance(leaseMs / 3);
        expect(ownerOf(await world.record(0))?.until, 'renewed at a third').toBe(until + (leaseMs / 3) * 1000);
        world.kill(1);
        const two = await world.open(2);
        await take(two);
        await two.tell(0, 1);
        await world.advance(leaseMs);
        expect(ownerOf(await world.record(0)), 'a finished trial gets no owner').toBeNull();
        const before = await take(two);
        world.kill(2);
        await take(await world.open(3));
        await world.advance(leaseMs / 3 - 500); // only the earlier worker is due
        expect(ownerOf(await world.record(before.number))).toMatchObject({ pid: 3 });
      }),
  },
  {
    group: 'ownership',
    name: 'a worker whose clock is two minutes ahead takes no live trial of another host',
    exempt: needsSecond,
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        await take(await world.open(1));
        const two = await world.open(2, { host: 'there' });
        for (let k = 0; k < 12; k++) {
          await world.advance(leaseMs / 3);
          world.skipClock(120_000);
          const trial = await two.ask();
          expect(trial.number).toBe(k + 1);
          await two.tell(trial, 1);
          world.skipClock(-120_000);
        }
        expect(ownerOf(await world.record(0))).toMatchObject({ pid: 1, host: 'here' });
      }),
  },
  {
    group: 'a tell after another worker took over',
    name: 'is accepted while the trial runs, and then the other worker is late',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const one = await world.open(1);
        const first = await take(one);
        world.kill(1);
        const two = await world.open(2);
        const second = await take(two);
        expect((await one.tell(first, 3)).value).toBe(3);
        await refused('trial-finished', () => two.tell(second, 7));
        expect((await two.tell(second, 7, { skipIfFinished: true })).value).toBe(3);
        await two.tell(0, 7, { skipIfFinished: 'record' });
        expect((await world.study()).systemAttrs.get(`${keys.latePrefix}0`)).toMatchObject({ values: [7] });
      }),
  },
  {
    group: 'a tell after another worker took over',
    name: 'is ignored by optimize, with one notice',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        const { done, measured } = await world.measure(await world.open(1));
        world.kill(1);
        const two = await world.open(2);
        await two.tell(await take(two), 7);
        measured(3);
        await done;
        expect((await world.records()).map(({ values }) => values)).toEqual([[7]]);
        expect(world.notices).toEqual([expect.stringMatching(/^Trial 0 was already finished/)]);
      }),
  },
  {
    group: 'looking',
    name: 'opening, reading and closing store nothing, and the first ask stores seed and sampler',
    run: (subject) =>
      withWorld(subject, setup, async (world) => {
        await crashed(world);
        await world.storage.deleteStudy((await world.study()).ref);
        await world.storage.createStudy({ name: 'life', directions: ['minimize'], systemAttrs: new Map() });
        const study = await world.open(1);
        await study.trials();
        await study.bestTrial();
        await study.close();
        const attrs = async (): Promise<readonly string[]> => [...(await world.study()).systemAttrs.keys()].sort();
        expect(await attrs()).toEqual([]);
        await study.ask();
        expect(await attrs()).toEqual(expect.arrayContaining([keys.config, keys.seed]));
      }),
  },
];
