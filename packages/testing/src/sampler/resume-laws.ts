import type { Space, Storage, Study, Trial, TrialRecord } from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { allFacts, measure, openStudy, runTrials, suggest, type TrialFacts } from './study-run.ts';
import {
  type NamedStorage,
  type SamplerSubject,
  samplerFor,
  secondConnection,
  spaceOf,
  suggestAll,
} from './subject.ts';

/** Runs `body` with a new storage and closes all connections to it afterwards. */
async function withStorage<T>(
  subject: NamedStorage,
  body: (storage: Storage, next: () => Promise<Storage>) => Promise<T>,
): Promise<T> {
  const opened: Storage[] = [];
  try {
    const first = await subject.open();
    opened.push(first);
    return await body(first, async () => {
      const storage = await secondConnection(subject, first);
      opened.push(storage);
      return storage;
    });
  } finally {
    for (const storage of new Set(opened)) await storage.close();
  }
}

/** Takes a trial and abandons it like a killed worker: some parameters and a report are stored, but it is never told. */
async function abandonTrial(study: Study, space: Space | null): Promise<TrialRecord> {
  const { value } = await study.take({ trials: 1 }).next();
  const trial = value as Trial;
  let left = 2;
  if (space === null) {
    suggestAll((name, dist) => {
      const chosen = left-- > 0 ? suggest(trial, name, dist) : undefined;
      return chosen;
    });
  }
  await trial.report(1, 0);
  return (await study.trials())[trial.number]?.record as TrialRecord;
}

/** Laws about resuming: a killed study continues as if it had not been interrupted. */
export function resumeLaws(on: NamedStorage): readonly Law<SamplerSubject>[] {
  const group = `resume on ${on.name}`;
  const laws: Law<SamplerSubject>[] = [];
  for (const mode of ['declared space', 'define-by-run'] as const) {
    const spaceFor = (subject: SamplerSubject): Space | null => (mode === 'declared space' ? spaceOf(subject) : null);
    const open = (subject: SamplerSubject, storage: Storage): Promise<Study> =>
      openStudy({
        storage,
        sampler: samplerFor(subject, spaceFor(subject)),
        space: spaceFor(subject),
        worker: 'the same worker',
      });
    const whole = (subject: SamplerSubject): Promise<readonly TrialFacts[]> =>
      withStorage(on, async (storage) => {
        const study = await open(subject, storage);
        await runTrials(study, 50, spaceFor(subject));
        return allFacts(study);
      });
    laws.push(
      {
        group,
        name: `25 trials before a kill and 25 after it equal one run of 50 (${mode}, ${on.name})`,
        timeoutMs: 60_000,
        run: async (subject) => {
          const space = spaceFor(subject);
          const resumed = await withStorage(on, async (storage, next) => {
            await runTrials(await open(subject, storage), 25, space);
            const study = await open(subject, await next());
            await runTrials(study, 25, space);
            return allFacts(study);
          });
          expect(resumed.length).toBe(50);
          expect(resumed).toEqual(await whole(subject));
        },
      },
      {
        group,
        name: `a worker killed inside a trial gets the trial back and continues (${mode}, ${on.name})`,
        timeoutMs: 60_000,
        run: async (subject) => {
          const space = spaceFor(subject);
          const resumed = await withStorage(on, async (storage, next) => {
            const first = await open(subject, storage);
            await runTrials(first, 25, space);
            const orphan = await abandonTrial(first, space);
            const study = await open(subject, await next());
            const { value } = await study.take({ trials: 1 }).next();
            const trial = value as Trial;
            expect([trial.number, trial.isResumed]).toEqual([25, true]);
            const again = (await study.trials())[25]?.record as TrialRecord;
            expect([again.names, Array.from(again.x), again.startedAt]).toEqual([
              orphan.names,
              Array.from(orphan.x),
              orphan.startedAt,
            ]);
            await measure(study, trial, space);
            const stored = (await study.trials())[25]?.record as TrialRecord;
            expect(Array.from(stored.x).slice(0, orphan.x.length), 'the same parameters').toEqual(Array.from(orphan.x));
            await runTrials(study, 24, space);
            return allFacts(study);
          });
          expect(resumed).toEqual(await whole(subject));
        },
      },
    );
  }
  return laws;
}
