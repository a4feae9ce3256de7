import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import type { Distribution } from '../distribution/distribution.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import type { Json } from '../json.ts';
import type { TrialRecord, TrialState } from './trial-record.ts';
import { TrialTable } from './trial-table.ts';

const names: readonly (readonly [string, readonly Distribution[]])[] = [
  ['x', [float(0, 1), float(0, 2)]],
  ['n', [int(0, 9), int(0, 9), int(0, 90)]],
  ['c', [categorical(['a', 'b'])]],
  ['constructor', [float(-1, 1)]],
];

const params = fc
  .shuffledSubarray([0, 1, 2, 3])
  .chain((chosen) => fc.tuple(...chosen.map((i) => fc.tuple(fc.constant(i), fc.nat(9), fc.constantFrom(0, 1)))));

const attrs = fc.option(
  fc
    .uniqueArray(
      fc.tuple(
        fc.constantFrom('a', 'b', 'constraints', 'k'),
        fc.constantFrom<Json>(1, 'x', null, [1, -2], { y: [1n] }),
      ),
      {
        selector: ([key]) => key,
        minLength: 1,
      },
    )
    .map((entries): ReadonlyMap<string, Json> => new Map(entries)),
  { nil: null },
);

const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0),
);

function recordOf(number: number, objectives: number): fc.Arbitrary<TrialRecord> {
  return fc
    .record({
      state: fc.constantFrom<TrialState>('waiting', 'running', 'complete', 'pruned', 'fail'),
      params,
      values: fc.option(fc.array(value, { minLength: objectives, maxLength: objectives }), { nil: null }),
      reports: fc.option(
        fc.uniqueArray(fc.nat(20), { minLength: 1 }).chain((steps) =>
          fc.array(fc.double(), { minLength: steps.length, maxLength: steps.length }).map((values) => ({
            steps: steps.sort((a, b) => a - b),
            values,
          })),
        ),
        { nil: null },
      ),
      userAttrs: attrs,
      systemAttrs: attrs,
      owner: fc.constantFrom<Json>(null, null, { session: 's' }),
      startedAt: fc.option(fc.nat(), { nil: null }),
      finishedAt: fc.option(fc.nat(), { nil: null }),
    })
    .map(({ params: chosen, owner, systemAttrs, ...rest }) => ({
      ...rest,
      number,
      names: chosen.map(([i]) => (names[i] as (typeof names)[0])[0]),
      dists: chosen.map(
        ([i, k]) => (names[i] as (typeof names)[0])[1][k % (names[i] as (typeof names)[0])[1].length] as Distribution,
      ),
      x: chosen.map(([, , x]) => x),
      systemAttrs: owner === null ? systemAttrs : new Map([...(systemAttrs ?? []), [keys.owner, owner]]),
    }));
}

const history = fc.integer({ min: 1, max: 2 }).chain((objectives) =>
  fc.record({
    objectives: fc.constant(objectives),
    records: fc.array(
      fc.nat(30).chain((number) => recordOf(number, objectives)),
      { maxLength: 40 },
    ),
  }),
);

/** `-0` is stored as `0`. */
function normal(record: TrialRecord): TrialRecord {
  return { ...record, values: record.values?.map((v) => v + 0) ?? null };
}

describe('TrialTable', () => {
  it('returns every record as it was last put', () => {
    fc.assert(
      fc.property(history, ({ objectives, records }) => {
        const table = new TrialTable(objectives);
        const last = new Map<number, TrialRecord>();
        for (const record of records) {
          table.put(record);
          last.set(record.number, record);
        }
        expect(table.size).toBe(Math.max(-1, ...last.keys()) + 1);
        for (let row = 0; row < table.size; row++) {
          const record = last.get(row);
          if (record === undefined)
            expect(table.record(row)).toMatchObject({ state: 'waiting', names: [], startedAt: null });
          else expect(table.record(row)).toEqual(normal(record));
        }
        for (const name of table.columns.keys())
          for (let row = 0; row < table.size; row++) {
            const record = last.get(row);
            expect(table.value(row, name)).toBe(record?.x[record.names.indexOf(name)] ?? Number.NaN);
          }
      }),
    );
  });

  it('returns copies that do not change with the row', () => {
    const table = new TrialTable(1);
    table.append('running', 1);
    table.setParam(0, 'x', float(0, 1), 0.5);
    table.setReport(0, 0, 1);
    table.setAttr(0, 'user', 'k', 1);
    table.setAttr(0, 'system', 'k', 1);
    const before = table.record(0);
    const text = JSON.stringify([
      before.names,
      before.x,
      before.reports,
      [...(before.userAttrs ?? [])],
      [...(before.systemAttrs ?? [])],
    ]);
    table.setParam(0, 'y', float(0, 1), 0.5);
    table.setReport(0, 1, 1);
    table.setAttr(0, 'user', 'k', 2);
    table.setAttr(0, 'system', 'k', 2);
    table.setState(0, 'complete');
    expect(
      JSON.stringify([
        before.names,
        before.x,
        before.reports,
        [...(before.userAttrs ?? [])],
        [...(before.systemAttrs ?? [])],
      ]),
    ).toBe(text);
    expect(before.state).toBe('running');
  });

  it('keeps reports ascending and the last one of each step', () => {
    const table = new TrialTable(1);
    table.append('running', 1);
    for (const [step, value] of [
      [5, 1],
      [2, 2],
      [9, 3],
      [5, 4],
      [0, Number.NaN],
    ] as const)
      table.setReport(0, step, value);
    expect(table.reports(0)).toEqual({ steps: [0, 2, 5, 9], values: [Number.NaN, 2, 4, 3] });
  });

  it('keeps the order of suggestion and shares equal orders', () => {
    const table = new TrialTable(1);
    for (let row = 0; row < 3; row++) {
      table.append('running', row);
      for (const name of row === 1 ? ['b', 'a'] : ['a', 'b']) table.setParam(row, name, float(0, 1), 0);
    }
    expect([table.params(0).names, table.params(1).names]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(table.params(0).names).toBe(table.params(2).names);
    expect([table.hasParam(0, 'a'), table.hasParam(0, 'c')]).toEqual([true, false]);
  });

  it('sums up violated constraints', () => {
    const table = new TrialTable(1);
    const violations = ([[1, -2], [-1, 0], [3, 4], []] as Json[]).map((value, row) => {
      table.append('running', row);
      table.setAttr(row, 'system', keys.constraints, value);
      return table.violation[row];
    });
    table.append('running', 9);
    expect([...violations, table.violation[4]]).toEqual([1, 0, 7, Number.NaN, Number.NaN]);
  });

  it('removes all data of the last row', () => {
    const table = new TrialTable(1);
    table.append('running', 1);
    table.setParam(0, 'x', float(0, 1), 0.5);
    table.setReport(0, 0, 1);
    table.setAttr(0, 'user', 'k', 1);
    table.setAttr(0, 'system', 'constraints', [1]);
    table.setOwner(0, { session: 's' });
    table.setValues(0, [3]);
    table.pop();
    table.append('waiting', null);
    expect(table.record(0)).toEqual({
      number: 0,
      state: 'waiting',
      names: [],
      dists: [],
      x: [],
      values: null,
      reports: null,
      userAttrs: null,
      systemAttrs: null,
      startedAt: null,
      finishedAt: null,
    });
    expect(table.violation[0]).toBe(Number.NaN);
  });
});
