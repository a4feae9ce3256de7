import {
  type CompiledSpace,
  compileSpace,
  containsInternal,
  isActive,
  MemoryStorage,
  type ParamSpec,
  type Scalar,
  type Space,
  sameDistribution,
  type TrialRecord,
  toExternal,
  toInternal,
} from '@asktell/core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { runs } from '../effort.ts';
import type { Law } from '../law.ts';
import { arbitrarySpace } from './arbitrary-space.ts';
import { measure, openStudy, runTrials, score, suggest } from './study-run.ts';
import { isExclusive, type SamplerSubject, samplerFor } from './subject.ts';

const group = 'in bounds';

export function spacesOf(subject: SamplerSubject): fc.Arbitrary<Space> {
  return subject.spaces ?? arbitrarySpace({ finite: isExclusive(subject) });
}

/** Expects a stored trial to have exactly the active parameters, each in its distribution, and to satisfy `where`. */
export function expectMember(space: CompiledSpace, record: TrialRecord): void {
  const x = Float64Array.from(space.params, ({ name }) => internalValue(record, name));
  const active = space.params.filter((_, i) => isActive(space, i, x)).map(({ name }) => name);
  expect([...record.names].sort(), 'exactly the active parameters').toEqual([...active].sort());
  for (const [i, { name, dist }] of space.params.entries()) {
    if (!active.includes(name)) continue;
    expect(containsInternal(dist, x[i] as number), `${name} = ${x[i]} is a member of ${JSON.stringify(dist)}`).toBe(
      true,
    );
    expect(Object.is(x[i], -0), `${name} is not minus zero`).toBe(false);
    expect(sameDistribution(record.dists[record.names.indexOf(name)] as ParamSpec['dist'], dist)).toBe(true);
  }
  expect(space.allows === null || space.allows(x), 'allowed by where').toBe(true);
}

function internalValue(record: TrialRecord, name: string): number {
  const at = record.names.indexOf(name);
  return at < 0 ? Number.NaN : (record.x[at] as number);
}

/** Laws about bounds: every proposal is a point of its space. */
export const boundsLaws: readonly Law<SamplerSubject>[] = [
  {
    group,
    name: 'every proposal is a point of the declared space and satisfies its constraints',
    timeoutMs: 120_000,
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(spacesOf(subject), fc.nat(), async (space, seed) => {
          const study = await openStudy({
            storage: new MemoryStorage(),
            sampler: samplerFor(subject, space),
            space,
            seed,
          });
          await runTrials(study, 25, space);
          const { compiled } = compileSpace(space);
          for (const { record } of await study.trials()) expectMember(compiled, record);
        }),
        { numRuns: runs(60) },
      ),
  },
  {
    group,
    name: 'every suggestion of a define-by-run trial is a member of its distribution',
    timeoutMs: 120_000,
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(spacesOf(subject), fc.nat(), async (space, seed) => {
          const { compiled } = compileSpace(space);
          if (compiled.params.length === 0) return;
          const study = await openStudy({
            storage: new MemoryStorage(),
            sampler: subject.make({ space: null, params: compiled.params }),
            space: null,
            seed,
          });
          for await (const trial of study.take({ trials: 20 })) {
            const x = new Float64Array(compiled.params.length).fill(Number.NaN);
            for (const [i, { name, dist }] of compiled.params.entries()) {
              if (!isActive(compiled, i, x)) continue;
              x[i] = toInternal(dist, suggest(trial, name, dist));
              expect(containsInternal(dist, x[i] as number), name).toBe(true);
            }
            await study.tell(trial, score(trial.params));
          }
          for (const { record } of await study.trials()) expectMember({ ...compiled, allows: null }, record);
        }),
        { numRuns: runs(40) },
      ),
  },
  {
    group,
    name: 'enqueued parameters keep their values and the sampler proposes the others',
    timeoutMs: 120_000,
    run: (subject) =>
      fc.assert(
        fc.asyncProperty(
          spacesOf(subject),
          fc.nat(),
          fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
          async (space, seed, keep) => {
            const study = await openStudy({
              storage: new MemoryStorage(),
              sampler: samplerFor(subject, space),
              space,
              seed,
            });
            await runTrials(study, 6, space);
            const model = (await study.trials())[0];
            if (model === undefined) return;
            // The fixed values come from an allowed point, so an allowed completion exists.
            const fixed: { [name: string]: Scalar } = {};
            for (const [i, name] of model.record.names.entries()) {
              if (keep[i % 4])
                fixed[name] = toExternal(model.record.dists[i] as ParamSpec['dist'], model.record.x[i] as number);
            }
            const number = await study.enqueue(fixed);
            await runTrials(study, 1, space);
            const record = (await study.trials())[number]?.record as TrialRecord;
            // An exhausted sampler leaves the enqueued trial waiting.
            if (record.state === 'waiting' && isExclusive(subject)) return;
            expectMember(compileSpace(space).compiled, record);
            for (const [name, value] of Object.entries(fixed)) {
              if (!record.names.includes(name)) continue; // it belongs to a branch that was not chosen
              expect(
                toExternal(record.dists[record.names.indexOf(name)] as ParamSpec['dist'], internalValue(record, name)),
              ).toBe(value);
            }
          },
        ),
        { numRuns: runs(40) },
      ),
  },
  {
    group,
    name: 'all trials of a batch are points of the space',
    run: async (subject) => {
      const [space] = fc.sample(spacesOf(subject), { numRuns: 1, seed: 3 }) as [Space];
      const study = await openStudy({ storage: new MemoryStorage(), sampler: samplerFor(subject, space), space });
      for (let round = 0; round < 3; round++) {
        const trials = await study.askBatch(4).catch(() => []);
        for (const trial of trials) await measure(study, trial, space);
      }
      const { compiled } = compileSpace(space);
      for (const { record } of await study.trials()) expectMember(compiled, record);
    },
  },
];
