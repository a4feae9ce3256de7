import {
  categorical,
  compileSpace,
  float,
  int,
  isAsktellError,
  MemoryStorage,
  group as nestedGroup,
  type Space,
  type Study,
  type Trial,
  where,
} from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { expectMember } from './bounds-laws.ts';
import { measure, openStudy, runTrials, suggest } from './study-run.ts';
import { finiteSpace, mixedSpace, type SamplerSubject, samplerFor, spaceOf, suggestAll } from './subject.ts';

const group = 'failures and corner cases';

/** Takes 30 trials, ends them with `end`, and expects each to be a point of the space. */
async function endAll(subject: SamplerSubject, end: (study: Study, trial: Trial) => Promise<unknown>): Promise<void> {
  const space = spaceOf(subject);
  for (const declared of [space, null]) {
    const study = await openStudy({
      storage: new MemoryStorage(),
      sampler: samplerFor(subject, declared),
      space: declared,
    });
    for await (const trial of study.take({ trials: 30 })) {
      if (declared === null) suggestAll((name, dist) => suggest(trial, name, dist));
      await end(study, trial);
    }
    const trials = await study.trials();
    expect(trials.length).toBe(30);
    if (declared !== null) for (const { record } of trials) expectMember(compileSpace(space).compiled, record);
  }
}

const cornerSpaces: readonly (readonly [string, Space])[] = [
  [
    'one point',
    { a: float(0.5, 0.5), b: int(3, 3), c: categorical(['only']), d: nestedGroup({ e: float(1, 1, { step: 1 }) }) },
  ],
  ['one choice next to a range', { a: categorical([null]), b: int(0, 3) }],
  [
    'two adjacent numbers',
    { a: float(1, 1 + Number.EPSILON, { step: Number.EPSILON }), b: int(2 ** 53 - 2, 2 ** 53 - 1) },
  ],
];

/** Laws about studies without usable results, spaces with a single point, and invalid input. */
export const failureLaws: readonly Law<SamplerSubject>[] = [
  {
    group,
    name: 'proposals stay valid when all trials fail',
    run: (subject) => endAll(subject, (study, trial) => study.tell(trial, undefined, { state: 'fail' })),
  },
  {
    group,
    name: 'proposals stay valid when all values are NaN',
    run: (subject) => endAll(subject, (study, trial) => study.tell(trial, Number.NaN)),
  },
  {
    group,
    name: 'proposals stay valid when all trials are pruned without a report',
    run: (subject) => endAll(subject, (study, trial) => study.tell(trial, undefined, { state: 'pruned' })),
  },
  {
    group,
    name: 'proposals stay valid when all values are equal',
    run: (subject) => endAll(subject, (study, trial) => study.tell(trial, 1)),
  },
  {
    group,
    name: 'proposals stay valid when values are infinite, huge or tiny',
    run: (subject) => {
      const values = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, -1e308, 5e-324, 0];
      return endAll(subject, (study, trial) => study.tell(trial, values[trial.number % values.length]));
    },
  },
  {
    group,
    name: 'proposals stay valid when no trial is told',
    run: async (subject) => {
      const space = spaceOf(subject);
      const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
      for (let i = 0; i < 30; i++) await study.ask();
      for (const { record } of await study.trials()) expectMember(compileSpace(space).compiled, record);
    },
  },
  {
    group,
    name: 'proposals stay valid after workers are lost',
    run: async (subject) => {
      const space = spaceOf(subject);
      const storage = new MemoryStorage();
      for (let life = 0; life < 6; life++) {
        const study = await openStudy({ storage, sampler: samplerFor(subject, space), space, orphans: 'fail' });
        await runTrials(study, 4, space);
        await study.take({ trials: 1 }).next();
      }
      const study = await openStudy({ storage, sampler: samplerFor(subject, space), space, orphans: 'fail' });
      await runTrials(study, 4, space);
      const trials = await study.trials();
      expect(trials.filter(({ failure }) => failure?.code === 'lost').length).toBe(6);
      for (const { record } of trials) expectMember(compileSpace(space).compiled, record);
    },
  },
  {
    group,
    name: 'proposals stay valid after trials with other parameters are added',
    run: async (subject) => {
      const space = spaceOf(subject);
      const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
      await study.addTrial({ params: {}, distributions: {}, value: 1 } as never);
      await study.addTrial({
        params: { elsewhere: 0.5 },
        distributions: { elsewhere: float(0, 1) },
        value: -5,
      } as never);
      await study.addTrial({ state: 'fail', params: {}, distributions: {} } as never);
      await runTrials(study, 20, space);
      for (const { record } of (await study.trials()).slice(3)) expectMember(compileSpace(space).compiled, record);
    },
  },
  {
    group,
    name: 'proposals are valid in spaces with a single point, choice or step',
    run: async (subject) => {
      for (const [what, space] of cornerSpaces) {
        const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
        await runTrials(study, 12, space);
        const trials = await study.trials();
        expect(trials.length, what).toBeGreaterThan(0);
        for (const { record } of trials) expectMember(compileSpace(space).compiled, record);
      }
    },
  },
  {
    group,
    name: 'a space whose constraints allow no point is rejected',
    run: async (subject) => {
      const space = where({ a: int(0, 3), b: categorical(['x', 'y']) }, () => false);
      const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
      await refused(['unsatisfiable-space', 'exhausted'], () => study.ask());
    },
  },
  {
    group,
    name: 'an unsupported space is rejected with a typed error and leaves no trial running',
    run: async (subject) => {
      const spaces: readonly Space[] = [{}, { x: float(0, 1) }, mixedSpace, finiteSpace];
      for (const space of spaces) {
        const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
        const outcome = await study.ask().catch((error: unknown) => error);
        const [trial] = await study.trials();
        if (!(outcome instanceof Error))
          expectMember(compileSpace(space).compiled, (trial as typeof trial & object).record);
        else {
          expect(isAsktellError(outcome), `${String(outcome)} is a typed error`).toBe(true);
          expect(trial?.state ?? 'none').not.toBe('running');
        }
      }
    },
  },
  {
    group,
    name: 'values outside the space cannot be enqueued',
    run: async (subject) => {
      const space = spaceOf(subject);
      const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
      for (const { name, dist } of compileSpace(space).compiled.params) {
        const outside = dist.kind === 'categorical' ? 'no such choice' : dist.high + 1;
        for (const value of [outside, Number.NaN, {}])
          await refused('invalid-value', () => study.enqueue({ [name]: value } as never));
      }
      await refused('invalid-value', () => study.enqueue({ 'no such parameter': 1 }));
      expect(await study.trials(), 'nothing was written').toEqual([]);
    },
  },
  {
    group,
    name: 'several objectives are supported or rejected with a typed error',
    run: async (subject) => {
      const space = spaceOf(subject);
      const sampler = samplerFor(subject, space);
      const directions = ['minimize', 'maximize'] as const;
      const open = (): Promise<Study> => openStudy({ storage: new MemoryStorage(), sampler, space, directions });
      if (sampler.supports.objectives !== 'many') {
        await refused('unsupported', open);
        return;
      }
      const study = await open();
      for await (const trial of study.take({ trials: 30 })) await measure(study, trial, space);
      for (const { record } of await study.trials()) expectMember(compileSpace(space).compiled, record);
    },
  },
];
