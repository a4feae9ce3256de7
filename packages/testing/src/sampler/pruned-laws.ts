import { MemoryStorage, type Space } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { allFacts, openStudy, score, suggest } from './study-run.ts';
import { type SamplerSubject, samplerFor, spaceOf, suggestAll } from './subject.ts';

/** What 45 trials are, when two of three are pruned at step 3 and report `shift` more than they would be worth. */
async function pointsAt(subject: SamplerSubject, space: Space | null, shift: number): Promise<readonly unknown[]> {
  const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
  for await (const trial of study.take({ trials: 45 })) {
    if (space === null) suggestAll((name, dist) => suggest(trial, name, dist));
    const value = Math.round(score(trial.params) * 2 ** 20) / 2 ** 20; // so that adding a shift does not round
    if (trial.number % 3 === 0) {
      await study.tell(trial, value);
    } else {
      await trial.report(value + shift, 3);
      await study.tell(trial, undefined, { state: 'pruned' });
    }
  }
  return (await allFacts(study)).map(({ names, x }) => ({ names, x }));
}

/**
 * Laws about pruned trials. What a trial reported before it was pruned can be compared with other reports, but not with
 * the values of complete trials: a loss after one epoch is not a loss after all of them.
 */
export const prunedLaws: readonly Law<SamplerSubject>[] = [
  {
    group: 'pruned trials',
    name: 'a pruned trial never counts as a complete one with the value that it reported',
    run: async (subject) => {
      for (const space of [spaceOf(subject), null])
        expect(await pointsAt(subject, space, 1024)).toEqual(await pointsAt(subject, space, -1024));
    },
  },
];
