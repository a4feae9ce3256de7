import { createStudy, type Direction, drawUniform, float, type Sampler } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareMerit, meritOf } from './merit.ts';

const uniform: Sampler = {
  name: 'uniform',
  config: { version: 1, options: {} },
  supports: {},
  sampleOne: (_state, ctx, name, dist) => drawUniform(dist, ctx.rng(name)),
};

interface Outcome {
  readonly value?: number;
  readonly state?: 'pruned' | 'fail';
  readonly reports?: readonly (readonly [step: number, value: number])[];
  readonly violation?: number;
}

/** Indices of the outcomes, best first. Outcomes without a merit are omitted. */
async function sorted(direction: Direction, outcomes: readonly Outcome[]): Promise<number[]> {
  const study = await createStudy({ sampler: uniform, direction, space: { x: float(0, 1) } });
  for (const { value, state, reports = [], violation } of outcomes) {
    const trial = await study.ask();
    for (const [step, reported] of reports) await trial.report(reported, step);
    if (violation !== undefined) await trial.setConstraint('c', violation);
    await study.tell(trial, value, state === undefined ? {} : { state });
  }
  const merits = outcomes.map((_, row) => ({ row, merit: meritOf(row, study.history) }));
  return merits
    .flatMap(({ row, merit }) => (merit === null ? [] : [{ row, merit }]))
    .sort((a, b) => compareMerit(a.merit, b.merit) || a.row - b.row)
    .map(({ row }) => row);
}

describe('merit', () => {
  const outcomes: readonly Outcome[] = [
    { value: 3 },
    { value: -1 },
    { value: 5, violation: -2 },
    { value: -9, violation: 0.5 },
    { value: -8, violation: 0.25 },
    { state: 'fail' },
    { value: Number.NaN },
    { state: 'pruned' },
    { state: 'pruned', reports: [[3, 0]] },
    { state: 'pruned', reports: [[9, 7]] },
    { state: 'pruned', reports: [[9, 6]] },
    { state: 'pruned', reports: [[9, Number.NaN]] },
    { state: 'pruned', reports: [[20, -100]], violation: 0.3 },
    { value: Number.POSITIVE_INFINITY },
    { value: Number.NEGATIVE_INFINITY },
  ];

  it('orders complete trials by value, pruned ones by last step, infeasible ones by violation, and omits failed ones', async () => {
    expect(await sorted('minimize', outcomes)).toEqual([14, 1, 0, 2, 13, 10, 9, 11, 8, 7, 4, 12, 3]);
  });

  it('reverses the order of values when maximizing', async () => {
    expect(await sorted('maximize', outcomes)).toEqual([13, 2, 0, 1, 14, 9, 10, 11, 8, 7, 4, 12, 3]);
  });

  it('is a total preorder', () => {
    const merit = fc.record({ tier: fc.constantFrom(0, 1.5, 3), loss: fc.double({ noNaN: true }) });
    fc.assert(
      fc.property(merit, merit, merit, (a, b, c) => {
        expect(Math.sign(compareMerit(a, b))).toBe(-Math.sign(compareMerit(b, a)) + 0);
        if (compareMerit(a, b) <= 0 && compareMerit(b, c) <= 0) expect(compareMerit(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
