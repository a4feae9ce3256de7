import { createStudy, type Pruner, type Sampler, type Study } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AllOfPruner } from '../combine/all-of-pruner.ts';
import { AnyOfPruner } from '../combine/any-of-pruner.ts';
import { PatientPruner } from '../patient/patient-pruner.ts';
import { MedianPruner } from '../percentile/median-pruner.ts';
import { ThresholdPruner } from '../threshold/threshold-pruner.ts';
import { Brackets } from './brackets.ts';
import { HyperbandPruner } from './hyperband-pruner.ts';

const sampler: Sampler = {
  name: 'level',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: () => 0,
};

const hyperband = new HyperbandPruner({ maxResource: 27 });
const rows = Array.from({ length: 60 }, (_, row) => row);

async function groupsIn(pruner: Pruner): Promise<readonly number[]> {
  const study = await createStudy({ name: 'digits', sampler, pruner });
  return rows.map((row) => study.history.group(row));
}

describe('the groups of Hyperband', () => {
  const brackets = new Brackets(1, 27, 3);
  const expected = rows.map((row) => brackets.of('digits', row));

  it('are its brackets', async () => {
    expect(await groupsIn(hyperband)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([0, 1, 2, 3]));
  });

  it.each<readonly [string, Pruner]>([
    ['patient', new PatientPruner(hyperband, { patience: 1 })],
    ['any of', new AnyOfPruner([new ThresholdPruner({ upper: 5 }), hyperband])],
    ['all of', new AllOfPruner([new PatientPruner(hyperband, { patience: 1 }), new MedianPruner()])],
  ])('are those of a pruner that asks it: %s', async (_, pruner) => {
    expect(await groupsIn(pruner)).toEqual(expected);
  });

  it.each<readonly [string, Pruner]>([
    ['of automatic brackets, which are not known at first', new HyperbandPruner()],
    ['of other pruners', new MedianPruner()],
    ['of combinations without it', new AnyOfPruner([new MedianPruner()])],
    ['of patience alone', new PatientPruner(null, { patience: 1 })],
  ])('are one: %s', async (_, pruner) => {
    expect(await groupsIn(pruner)).toEqual(rows.map(() => 0));
  });

  it('do not affect each other: with other trials in other groups, the decisions are the same', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(30), { minLength: 20, maxLength: 30 }), fc.nat(3), async (levels, group) => {
        const run = async (shift: number): Promise<readonly (readonly boolean[])[]> => {
          const study: Study = await createStudy({ name: 'digits', sampler, pruner: hyperband });
          const decided: boolean[][] = [];
          for (const [number, level] of levels.entries()) {
            const isMember = study.history.group(number) === group;
            const trial = await study.ask();
            const own: boolean[] = [];
            for (let step = 1; step <= 27 && own.at(-1) !== true; step++) {
              await trial.report(isMember ? level : level + shift, step);
              own.push(await trial.shouldPrune());
            }
            if (own.at(-1) === true) await study.prune(trial);
            else await study.tell(trial, level);
            if (isMember) decided.push(own);
          }
          return decided;
        };
        expect(await run(100)).toEqual(await run(-100));
      }),
      { numRuns: 20 },
    ));
});
