import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import { float } from '../distribution/validate.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import { oneOf } from '../space/builders.ts';
import { compileSpace } from '../space/compile.ts';
import { FrozenTrial, isFrozenTrial } from './frozen-trial.ts';

const full: TrialRecord = {
  number: 3,
  state: 'fail',
  names: ['b', 'a'],
  dists: [float(0, 1), { kind: 'categorical', choices: ['x', null] }],
  x: [0.5, 1],
  values: null,
  reports: { steps: [0, 7], values: [1, 2] },
  userAttrs: new Map([['k', [1]]]),
  systemAttrs: new Map<string, never>([
    [keys.failure, { code: 'error', message: 'no' } as never],
    [keys.constraints, [1] as never],
  ]),
  startedAt: 1_500_000,
  finishedAt: 3_500_500,
};
const empty: TrialRecord = {
  ...full,
  state: 'waiting',
  names: [],
  dists: [],
  x: [],
  reports: null,
  userAttrs: null,
  systemAttrs: null,
  startedAt: null,
  finishedAt: null,
};
const freeze = (record: TrialRecord, space: Parameters<typeof compileSpace>[0] | null = null) =>
  new FrozenTrial(record.number, record.state, () => record, space === null ? null : compileSpace(space));

describe('FrozenTrial', () => {
  it('reads everything from its record', () => {
    const trial = freeze(full);
    expect(trial).toMatchObject({ number: 3, state: 'fail', value: undefined, values: undefined, isFeasible: false });
    expect(Object.entries(trial.params)).toEqual([
      ['b', 0.5],
      ['a', null],
    ]);
    expect(trial.distributions).toEqual({ b: full.dists[0], a: full.dists[1] });
    expect([...trial.intermediateValues]).toEqual([
      [0, 1],
      [7, 2],
    ]);
    expect([trial.userAttrs, trial.constraints, trial.failure]).toEqual([
      { k: [1] },
      { 0: 1 },
      { code: 'error', message: 'no' },
    ]);
    expect([trial.datetimeStart, trial.datetimeComplete, trial.duration]).toEqual([
      new Date(1500),
      new Date(3500),
      2000.5,
    ]);
    expect(Object.keys(trial.systemAttrs)).toEqual([keys.failure, keys.constraints]);
  });

  it('and little from an empty one', () => {
    const trial = freeze(empty);
    expect([trial.params, trial.userAttrs, trial.systemAttrs, trial.intermediateValues.size]).toEqual([{}, {}, {}, 0]);
    expect([trial.datetimeStart, trial.datetimeComplete, trial.duration, trial.failure]).toEqual([
      undefined,
      undefined,
      undefined,
      null,
    ]);
    expect(trial.isFeasible).toBe(true);
  });

  it('has a value for one objective, values for any number', () => {
    expect(freeze({ ...full, state: 'complete', values: [2] })).toMatchObject({ value: 2, values: [2] });
    expect(freeze({ ...full, state: 'complete', values: [1, 2] })).toMatchObject({ value: undefined, values: [1, 2] });
  });

  it('nests params as declared; others keep their flat names', () => {
    const space = { m: oneOf({ p: { k: float(0, 1) }, q: {} }) };
    const record = {
      ...full,
      names: ['m', 'm.p.k', 'b'],
      dists: [{ kind: 'categorical', choices: ['p', 'q'] } as const, float(0, 1), float(0, 1)],
      x: [0, 0.25, 0.5],
    };
    expect(freeze(record, space).params).toEqual({ m: { type: 'p', k: 0.25 }, b: 0.5 });
    expect(freeze(record, space).flatParams).toEqual({ m: 'p', 'm.p.k': 0.25, b: 0.5 });
  });

  it('reads its record once, on first use', () => {
    let reads = 0;
    const trial = new FrozenTrial(3, 'fail', () => (reads++ < 0 ? empty : full), null);
    expect([trial.number, trial.state, reads]).toEqual([3, 'fail', 0]);
    expect([trial.duration, trial.params['b'], reads]).toEqual([2000.5, 0.5, 1]);
  });

  it('converts to readable JSON', () => {
    expect(JSON.parse(JSON.stringify(freeze(full)))).toEqual({
      number: 3,
      state: 'fail',
      params: { b: 0.5, a: null },
      userAttrs: { k: [1] },
      intermediateValues: { 0: 1, 7: 2 },
      constraints: { 0: 1 },
      failure: { code: 'error', message: 'no' },
      datetimeStart: '1970-01-01T00:00:01.500Z',
      datetimeComplete: '1970-01-01T00:00:03.500Z',
    });
  });

  it('is known by its brand', () => {
    expect(isFrozenTrial(freeze(full))).toBe(true);
    for (const other of [full, null, 5, {}]) expect(isFrozenTrial(other)).toBe(false);
  });
});
