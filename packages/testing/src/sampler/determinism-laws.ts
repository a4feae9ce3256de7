import { type Distribution, float, int, MemoryStorage } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { allFacts, openStudy, runTrials, suggest, type TrialFacts } from './study-run.ts';
import { type SamplerSubject, samplerFor, spaceOf } from './subject.ts';
import { type WatchOptions, watched } from './watched-sampler.ts';

const group = 'deterministic';

async function factsOfRun(subject: SamplerSubject, declared: boolean, seed: number): Promise<readonly TrialFacts[]> {
  const space = spaceOf(subject);
  const study = await openStudy({
    storage: new MemoryStorage(),
    sampler: samplerFor(subject, declared ? space : null),
    space: declared ? space : null,
    seed,
  });
  await runTrials(study, 40, declared ? space : null);
  return allFacts(study);
}

async function runWatched(subject: SamplerSubject, options: WatchOptions): Promise<void> {
  for (const space of [spaceOf(subject), null]) {
    const sampler = watched(samplerFor(subject, space), options);
    const study = await openStudy({ storage: new MemoryStorage(), sampler, space });
    await runTrials(study, 40, space);
    expect(study.history.size).toBeGreaterThan(20);
  }
}

/** Laws about determinism: the same seed and history give the same proposal, and proposing has no side effects. */
export const determinismLaws: readonly Law<SamplerSubject>[] = [
  {
    group,
    name: 'the same seed gives the same trials (declared space)',
    run: async (subject) => {
      for (const seed of [0, 7, 2 ** 53 - 1])
        expect(await factsOfRun(subject, true, seed)).toEqual(await factsOfRun(subject, true, seed));
    },
  },
  {
    group,
    name: 'the same seed gives the same trials (define-by-run)',
    run: async (subject) => {
      for (const seed of [0, 7])
        expect(await factsOfRun(subject, false, seed)).toEqual(await factsOfRun(subject, false, seed));
    },
  },
  {
    group,
    name: 'a new handle on the same history makes the same proposal',
    run: async (subject) => {
      const space = spaceOf(subject);
      for (const trialsBefore of [0, 1, 12, 30]) {
        const proposed: (readonly TrialFacts[])[] = [];
        for (const fresh of [false, true]) {
          const storage = new MemoryStorage();
          let study = await openStudy({ storage, sampler: samplerFor(subject, space), space });
          await runTrials(study, trialsBefore, space);
          if (fresh) study = await openStudy({ storage, sampler: samplerFor(subject, space), space });
          await runTrials(study, 1, space);
          proposed.push(await allFacts(study));
        }
        expect(proposed[1]).toEqual(proposed[0]);
      }
    },
  },
  {
    group,
    name: 'proposing again from the same state or its clone gives the same proposal',
    timeoutMs: 60_000,
    run: (subject) => runWatched(subject, { frozenState: false }),
  },
  {
    group,
    name: 'proposing does not change the state',
    timeoutMs: 60_000,
    run: (subject) => runWatched(subject, { frozenState: true }),
  },
  {
    group,
    name: 'the order of suggest calls does not matter',
    run: async (subject) => {
      const dists: readonly (readonly [string, Distribution])[] = [
        ['a', float(0, 1)],
        ['b', int(0, 1000)],
        ['c', { kind: 'categorical', choices: ['x', 'y', 'z', 1, 2, 3] }],
      ];
      const values: object[] = [];
      for (const order of [dists, [...dists].reverse()]) {
        const study = await openStudy({
          storage: new MemoryStorage(),
          sampler: subject.make({ space: null, params: dists.map(([name, dist]) => ({ name, dist })) }),
          space: null,
        });
        const trial = await study.ask();
        for (const [name, dist] of order) suggest(trial, name, dist);
        values.push({ ...trial.params });
      }
      expect(values[1]).toEqual(values[0]);
    },
  },
];
