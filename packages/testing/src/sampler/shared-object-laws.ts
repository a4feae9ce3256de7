import { MemoryStorage } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { allFacts, openStudy, runTrials, type TrialFacts } from './study-run.ts';
import { type SamplerSubject, samplerFor, spaceOf } from './subject.ts';

/** Laws about one sampler object in several studies: its state belongs to a study, not to the object. */
export const sharedObjectLaws: readonly Law<SamplerSubject>[] = [
  {
    group: 'deterministic',
    name: 'studies that share one sampler object do not affect each other',
    run: async (subject) => {
      const space = spaceOf(subject);
      const runBoth = async (shared: boolean): Promise<readonly (readonly TrialFacts[])[]> => {
        const one = samplerFor(subject, space);
        const other = shared ? one : samplerFor(subject, space);
        const studies = [
          await openStudy({ storage: new MemoryStorage(), sampler: one, space, seed: 1 }),
          await openStudy({ storage: new MemoryStorage(), sampler: other, space, seed: 2, directions: ['maximize'] }),
        ];
        // Rounds of different lengths, so that the studies do not advance in step.
        for (let round = 0; round < 8; round++)
          for (const [i, study] of studies.entries()) await runTrials(study, 2 + 3 * i, space);
        return Promise.all(studies.map(allFacts));
      };
      expect(await runBoth(true)).toEqual(await runBoth(false));
    },
  },
];
