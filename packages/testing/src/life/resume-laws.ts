import { type PruneContext, type Pruner, replayProposal } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { PendingSampler } from '../reference/pending-sampler.ts';
import { uniform } from './samplers.ts';
import type { LifeSubject } from './subject.ts';
import { exclusiveOf } from './table-laws.ts';
import { askLeased, attemptsOf, foreignTrial, type Setup, take, type World, withWorld } from './world.ts';

/** A pruner that keeps trials and remembers what it was asked. */
class ProbePruner implements Pruner {
  readonly name = 'probe';
  readonly config: Pruner['config'] = { version: 1, options: {} };
  readonly asked: { readonly step: number; readonly steps: readonly number[] }[] = [];

  decide(_state: unknown, { step, history, number }: PruneContext): { prune: boolean } {
    this.asked.push({ step, steps: Array.from(history.reports(number).steps) });
    return { prune: false };
  }
}

const replayed: readonly (readonly [string, (subject: LifeSubject) => Setup])[] = [
  ['a sampler that reads pending points', () => ({ sampler: new PendingSampler() })],
  ['an exclusive sampler', (subject) => ({ sampler: exclusiveOf(subject) })],
  ['a study without duplicates', () => ({ sampler: uniform, duplicates: 'avoid' })],
];

/** Six trials, of which some are released, orphaned, resumed and crashed, beside a stale one that is told at the end. */
async function interruptedRun(world: World): Promise<void> {
  const one = await world.open(1);
  const stale = await world.add(foreignTrial(world.now - 25 * 3600e6));
  const [first] = await one.askBatch(3, { lease: true });
  await one.tell(first as NonNullable<typeof first>, 1);
  await one.close();

  const two = await world.open(2);
  const numbers = (trials: readonly { readonly number: number }[]): number[] => trials.map(({ number }) => number);
  expect(numbers(await two.askBatch(3, { lease: true }))).toEqual([2, 3, 4]);
  await two.tell(3, undefined, { state: 'fail' });
  world.kill(2);

  const three = await world.open(3);
  expect(numbers(await three.askBatch(2, { lease: true }))).toEqual([2, 4]);
  await three.tell(4, 2);
  world.kill(3);

  const four = await world.open(4);
  expect(numbers(await four.askBatch(2, { lease: true }))).toEqual([2, 5]);
  await four.tell(5, 3);
  world.kill(4);

  const five = await world.open(5);
  const last = await askLeased(five);
  expect(last.number, 'trial 2 has crashed').toBe(6);
  await five.tell(last, 4);
  await five.tell(stale, 5);
}

/** Laws about trials that go on with another worker. */
export const resumeLaws: readonly Law<LifeSubject>[] = [
  ...replayed.map(([what, setup]): Law<LifeSubject> => {
    return {
      group: 'replay',
      name: `proposals are replayed across released, resumed, crashed and stale trials (${what})`,
      run: (subject) =>
        withWorld(subject, setup(subject), async (world) => {
          await interruptedRun(world);
          const study = await world.open(9);
          const trials = await study.trials();
          expect(trials.map(({ state, failure }) => failure?.code ?? state)).toEqual([
            'complete',
            'complete',
            'crashed',
            'told',
            'complete',
            'complete',
            'complete',
          ]);
          for (const { number, flatParams } of trials.slice(1))
            expect({ [number]: await replayProposal(study, number) }).toEqual({ [number]: flatParams });
        }),
    };
  }),
  {
    group: 'release',
    name: 'a released trial goes to the next ask under every policy, however often',
    run: (subject) =>
      withWorld(subject, { sampler: uniform }, async (world) => {
        for (const [i, orphans] of (['reclaim', 'fail', 'leave', { reclaim: 0 }, 'reclaim'] as const).entries()) {
          const study = await world.open(i, { orphans });
          const trial = await take(study);
          expect([trial.number, trial.isResumed], JSON.stringify(orphans)).toEqual([0, i > 0]);
          await study.close();
        }
        expect(attemptsOf(await world.record(0)), 'an interruption is not an attempt').toBe(0);
      }),
  },
  {
    group: 'release',
    name: 'a worker that has seen a trial held takes it once it is released',
    run: (subject) =>
      withWorld(subject, { sampler: uniform }, async (world) => {
        const one = await world.open(1);
        const two = await world.open(2);
        await take(one);
        for (const number of [1, 2]) expect((await take(two)).number).toBe(number);
        await one.close();
        expect((await take(two)).number).toBe(0);
      }),
  },
  {
    group: 'release',
    name: 'what an objective returns after its signal was aborted is told',
    run: (subject) =>
      withWorld(subject, { sampler: uniform }, async (world) => {
        const study = await world.open(1);
        let returns: () => void = () => {};
        const done = study.optimize(
          async (trial) => {
            await new Promise<void>((resolve) => {
              returns = resolve;
              trial.signal.addEventListener('abort', () => resolve());
              setImmediate(() => study.stop());
            });
            return 4;
          },
          { trials: 3 },
        );
        await done;
        returns();
        expect((await world.records()).map(({ state, values }) => [state, values])).toEqual([['complete', [4]]]);
      }),
  },
  {
    group: 'release',
    name: 'the reports of a released trial stay, the same step replaces, and a pruner sees no step of a later attempt',
    run: (subject) => {
      const pruner = new ProbePruner();
      return withWorld(subject, { sampler: uniform, pruner }, async (world) => {
        const one = await world.open(1);
        const trial = await askLeased(one);
        for (const step of [0, 1, 5]) await trial.report(step, step);
        await one.close();
        const again = await askLeased(await world.open(2));
        expect(await again.shouldPrune(), 'nothing reported yet').toBe(false);
        for (const step of [0, 2]) {
          await again.report(10 + step, step);
          await again.shouldPrune();
        }
        expect(pruner.asked).toEqual([
          { step: 0, steps: [0] },
          { step: 2, steps: [0, 1, 2] },
        ]);
        expect((await world.record(0)).reports).toEqual({ steps: [0, 1, 2, 5], values: [10, 1, 12, 5] });
      });
    },
  },
];
