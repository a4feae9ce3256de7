import {
  cardinality,
  compileSpace,
  isActive,
  nthInternal,
  type ParamSpec,
  type Space,
  type Study,
  type Trial,
} from '@asktell/core';
import { expect } from 'vitest';
import type { Law } from '../law.ts';
import { refused } from '../refused.ts';
import { openStudy } from './study-run.ts';
import {
  isExclusive,
  type NamedStorage,
  type SamplerSubject,
  samplerFor,
  secondConnection,
  spaceOf,
} from './subject.ts';

/** The number of points of a finite space that satisfy its constraints. */
export function countPoints(space: Space): number {
  const { compiled } = compileSpace(space);
  const x = new Float64Array(compiled.params.length);
  const visit = (i: number): number => {
    if (i === x.length) return compiled.allows === null || compiled.allows(x) ? 1 : 0;
    x[i] = Number.NaN;
    if (!isActive(compiled, i, x)) return visit(i + 1);
    const { dist } = compiled.params[i] as ParamSpec;
    let sum = 0;
    for (let k = 0; k < cardinality(dist); k++) {
      x[i] = nthInternal(dist, k);
      sum += visit(i + 1);
    }
    return sum;
  };
  return visit(0);
}

/** The law for samplers that propose inside the ask transaction: workers never get the same point. */
export function exclusiveLaws(on: NamedStorage): readonly Law<SamplerSubject>[] {
  return [
    {
      group: `collisions on ${on.name}`,
      name: `eight workers try every point once and then the study is exhausted (${on.name})`,
      exempt: (subject) => (isExclusive(subject) ? null : 'not exclusive'),
      timeoutMs: 60_000,
      run: async (subject) => {
        const space = spaceOf(subject);
        const first = await on.open();
        const opened = [first];
        try {
          const studies: Study[] = [];
          for (let i = 0; i < 8; i++) {
            const storage = i === 0 ? first : await secondConnection(on, first);
            opened.push(storage);
            studies.push(
              await openStudy({ storage, sampler: samplerFor(subject, space), space, worker: `worker ${i}` }),
            );
          }
          const points: string[] = [];
          const work = async (study: Study): Promise<void> => {
            for await (const trial of study.take({ trials: 1000 })) {
              points.push(JSON.stringify((trial as Trial).params));
              // On a synchronous storage, the trials of different workers do not overlap without a turn of the event loop.
              await new Promise((resolve) => setTimeout(resolve, trial.number % 3));
              if (trial.number % 3 !== 0) await study.tell(trial, trial.number);
              else await study.tell(trial, undefined, { state: 'fail' });
            }
          };
          await Promise.all(studies.map(work));
          expect(new Set(points).size, 'no point is tried twice').toBe(points.length);
          expect(points.length, 'every point is tried').toBe(countPoints(space));
          for (const study of studies) await refused('exhausted', () => study.ask());
          const numbers = (await (studies[7] as Study).trials()).map(({ number }) => number);
          expect(numbers).toEqual(Array.from({ length: points.length }, (_, i) => i));
        } finally {
          for (const storage of new Set(opened)) await storage.close();
        }
      },
    },
  ];
}
