import {
  categorical,
  compileSpace,
  FinitePoints,
  float,
  int,
  isAsktellError,
  MemoryStorage,
  type Space,
  type Study,
  type Trial,
} from '@asktell/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runs } from '../effort.ts';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { arbitrarySpace } from './arbitrary-space.ts';
import { countPoints } from './exclusive-laws.ts';
import { allFacts, openStudy, runTrials } from './study-run.ts';
import {
  finiteSpace,
  isExclusive,
  type NamedStorage,
  type SamplerSubject,
  samplerFor,
  secondConnection,
} from './subject.ts';

/** A space of 3 * 3 * 3 = 27 points. */
const cube: Space = { a: int(1, 3), b: float(0, 1, { step: 0.5 }), c: categorical(['x', 'y', null]) };
/** A space of 27 points without categorical parameters. */
const numericCube: Space = { a: int(1, 3), b: float(0, 1, { step: 0.5 }), c: int(0, 4, { step: 2 }) };

/** A finite space with more than 60 points that the sampler supports. */
export function finiteSpaceOf(subject: SamplerSubject): Space {
  const { space } = subject;
  if (space !== undefined) return new FinitePoints(compileSpace(space).compiled).total < 1e6 ? space : plainSpace;
  return fixesParams(subject, finiteSpace) ? widerSpace : finiteSpace;
}

/** {@link finiteSpace} with a fourth parameter, so that more than 60 points remain when one parameter is fixed. */
const widerSpace: Space = { ...(finiteSpace as { readonly layers: never }), width: int(1, 4) };

const plainSpace: Space = { act: categorical(['relu', 'tanh']), a: int(1, 8), b: float(0, 1, { step: 0.2 }) };

/** Whether a study that avoids duplicates rejects the sampler, as it does when the sampler proposes asynchronously. */
export async function isAvoidUnsupported(subject: SamplerSubject, space: Space | null): Promise<boolean> {
  const study = await openStudy({
    storage: new MemoryStorage(),
    sampler: samplerFor(subject, space),
    space,
    duplicates: 'avoid',
  });
  const outcome = await study.ask().catch((error: unknown) => error);
  return isAsktellError(outcome, 'unsupported');
}

/** Whether the sampler proposes every point of the space. Exclusive samplers can have a list of points of their own. */
function coversSpace(subject: SamplerSubject, space: Space): boolean {
  return !isExclusive(subject) && !fixesParams(subject, space);
}

/** Whether the sampler fixes parameters. */
function fixesParams(subject: SamplerSubject, space: Space): boolean {
  return 'fixed' in samplerFor(subject, space);
}

async function openAvoiding(subject: SamplerSubject, space: Space, seed = 7): Promise<Study> {
  const sampler = samplerFor(subject, space);
  return openStudy({ storage: new MemoryStorage(), sampler, space, seed, duplicates: 'avoid' });
}

async function pointsOf(study: Study): Promise<readonly string[]> {
  return (await study.trials()).map(({ flatParams }) => JSON.stringify(Object.entries(flatParams).sort()));
}

const maxTrials = 60;

/** Laws for studies with `duplicates: 'avoid'`. */
export const duplicateLaws: readonly Law<SamplerSubject>[] = [
  {
    group: 'duplicates avoided',
    name: 'every point of a finite space is tried once and then the study is exhausted',
    timeoutMs: 120_000,
    run: async (subject) => {
      if (await isAvoidUnsupported(subject, finiteSpaceOf(subject))) return;
      const expectAll = async (space: Space, seed: number): Promise<void> => {
        const study = await openAvoiding(subject, space, seed);
        await runTrials(study, maxTrials, space);
        const points = await pointsOf(study);
        expect(new Set(points).size, 'no point is tried twice').toBe(points.length);
        const { total } = new FinitePoints(compileSpace(space).compiled);
        if (total > 5000 || !coversSpace(subject, space)) return;
        const count = countPoints(space);
        expect(points.length, 'every point is tried').toBe(Math.min(maxTrials, count));
        if (count <= maxTrials) await refused('exhausted', () => study.ask());
      };
      // Most random spaces have only a few points, so a space of 27 points is always tested.
      await expectAll(subject.spaces === undefined ? cube : numericCube, 7);
      const spaces = subject.spaces ?? arbitrarySpace({ finite: true });
      await fc.assert(fc.asyncProperty(spaces, fc.nat(), expectAll), { numRuns: runs(20) });
    },
  },
  {
    group: 'duplicates avoided',
    name: 'a point is repeated only when it is enqueued again',
    run: async (subject) => {
      const space = finiteSpaceOf(subject);
      if (await isAvoidUnsupported(subject, space)) return;
      const study = await openAvoiding(subject, space);
      await runTrials(study, 3, space);
      const flatParams = (await study.trials())[1]?.flatParams ?? {};
      await study.enqueue(flatParams as never);
      await runTrials(study, 1, space);
      const points = await pointsOf(study);
      expect(points[3]).toBe(points[1]);
      const [name] = Object.keys(flatParams) as [string];
      for (let i = 0; i < 4; i++) await study.enqueue({ [name]: flatParams[name] as never });
      await runTrials(study, 8, space);
      const all = await pointsOf(study);
      expect(new Set(all.filter((_, i) => i !== 3)).size).toBe(all.length - 1);
    },
  },
  {
    group: 'duplicates avoided',
    name: '15 trials before a kill and 15 after it equal one run of 30 when duplicates are avoided',
    run: async (subject) => {
      const space = finiteSpaceOf(subject);
      if (await isAvoidUnsupported(subject, space)) return;
      const facts: unknown[] = [];
      for (const parts of [[30], [15, 15]]) {
        const storage = new MemoryStorage();
        for (const part of parts) {
          const sampler = samplerFor(subject, space);
          await runTrials(await openStudy({ storage, sampler, space, duplicates: 'avoid' }), part, space);
        }
        facts.push(await allFacts(await openStudy({ storage, sampler: samplerFor(subject, space), space })));
      }
      expect(facts[1]).toEqual(facts[0]);
    },
  },
];

/** The law for eight workers on one storage with `duplicates: 'avoid'`. */
export function duplicateLawsOn(on: NamedStorage): readonly Law<SamplerSubject>[] {
  return [
    {
      group: `collisions on ${on.name}`,
      name: `eight workers that avoid duplicates try 27 points in 27 trials (${on.name})`,
      exempt: (subject) => (isExclusive(subject) ? 'exclusive samplers never repeat a point' : null),
      timeoutMs: 60_000,
      run: async (subject) => {
        const space = subject.spaces === undefined ? cube : numericCube;
        if (await isAvoidUnsupported(subject, space)) return;
        const first = await on.open();
        const opened = [first];
        try {
          const studies: Study[] = [];
          for (let i = 0; i < 8; i++) {
            const storage = i === 0 ? first : await secondConnection(on, first);
            opened.push(storage);
            const sampler = samplerFor(subject, space);
            studies.push(await openStudy({ storage, sampler, space, worker: `worker ${i}`, duplicates: 'avoid' }));
          }
          const work = async (study: Study): Promise<void> => {
            for await (const trial of study.take({ trials: 1000 })) {
              if ((trial as Trial).number % 3 !== 0) await study.tell(trial, (trial as Trial).number);
              else await study.tell(trial, undefined, { state: 'fail' });
            }
          };
          await Promise.all(studies.map(work));
          const points = await pointsOf(studies[3] as Study);
          expect(new Set(points).size, 'no point is tried twice').toBe(points.length);
          if (coversSpace(subject, space)) expect(points.length, 'every point is tried').toBe(27);
          for (const study of studies) await refused('exhausted', () => study.ask());
        } finally {
          for (const storage of new Set(opened)) await storage.close();
        }
      },
    },
  ];
}
