import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keys } from '../attribute-keys.ts';
import type { Scalar } from '../distribution/distribution.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import type { Json } from '../json.ts';
import { RecordStore } from './record-store.ts';
import type { TrialRecord, TrialState } from './trial-record.ts';

/** A record with default values. */
function record(number: number, state: TrialState, fields: Partial<TrialRecord> = {}): TrialRecord {
  const finished = state !== 'waiting' && state !== 'running';
  return {
    number,
    state,
    names: [],
    dists: [],
    x: [],
    values: state === 'complete' ? [0] : null,
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt: state === 'waiting' ? null : number * 10,
    finishedAt: finished ? number * 10 + 5 : null,
    ...fields,
  };
}

const attrs = (entries: { [key: string]: Json }): ReadonlyMap<string, Json> => new Map(Object.entries(entries));
const queued = attrs({ [keys.fixedParams]: {} });

describe('the finish order of a history', () => {
  it('is by stamp and put returns the position', () => {
    const store = new RecordStore(['minimize']);
    expect(store.put(record(0, 'running'))).toBe(-1);
    expect(store.put(record(1, 'complete', { startedAt: 1, finishedAt: 50 }))).toBe(0);
    expect(store.put(record(0, 'pruned', { startedAt: 0, finishedAt: 60 }))).toBe(1);
    expect(store.put(record(2, 'fail', { startedAt: 2, finishedAt: 55 }))).toBe(1);
    expect([...store.finished]).toEqual([1, 2, 0]);
    expect(store.put(record(0, 'complete', { finishedAt: 1 }))).toBe(-1); // a finished trial never changes
    expect(store.state(0)).toBe('pruned');
  });

  it('places no trial before the start of an earlier one: imports, skewed clocks', () => {
    const store = new RecordStore(['minimize']);
    store.put(record(0, 'complete', { startedAt: 100, finishedAt: 200 }));
    store.put(record(1, 'running', { startedAt: 150 }));
    store.put(record(2, 'complete', { startedAt: 3, finishedAt: 4 })); // an import
    store.put(record(3, 'running', { startedAt: 300 }));
    expect(store.effectiveStamp(2)).toBe(150);
    expect([...store.finished]).toEqual([2, 0]);
    // Trial 1 started before the import and has not seen it. Trial 3 has.
    expect([0, 1, 2, 3].map((row) => store.seen(row))).toEqual([0, 0, 0, 2]);
  });

  it('ignores the start of a queued trial, which can be much later', () => {
    const store = new RecordStore(['minimize']);
    store.put(record(0, 'waiting', { systemAttrs: queued }));
    store.put(record(1, 'complete', { startedAt: 10, finishedAt: 20 }));
    store.put(record(0, 'complete', { startedAt: 500, finishedAt: 600, systemAttrs: queued }));
    store.put(record(2, 'complete', { startedAt: 30, finishedAt: 40 }));
    expect([...store.finished]).toEqual([1, 2, 0]);
    expect([store.seen(0), store.seen(2)]).toEqual([2, 1]);
    // A reader that reads the queued trial only when it is finished gets the same order.
    const late = new RecordStore(['minimize']);
    late.put(record(0, 'complete', { startedAt: 500, finishedAt: 600, systemAttrs: queued }));
    late.put(record(1, 'complete', { startedAt: 10, finishedAt: 20 }));
    late.put(record(2, 'complete', { startedAt: 30, finishedAt: 40 }));
    expect([...late.finished]).toEqual([1, 2, 0]);
  });

  it('does not depend on the intermediate states that were read (property)', () => {
    const trial = fc.record({
      start: fc.nat(100),
      length: fc.nat(100),
      import: fc.boolean(),
      queue: fc.boolean(),
      looks: fc.nat(3),
    });
    fc.assert(
      fc.property(fc.array(trial, { maxLength: 25 }), (trials) => {
        let clock = 0;
        const finals = trials.map(({ start, length, import: imported, queue }, number) => {
          clock += 10;
          const startedAt = imported ? start : clock + (queue ? start : 0);
          return record(number, 'complete', {
            startedAt,
            finishedAt: startedAt + length,
            systemAttrs: queue ? queued : null,
          });
        });
        const [whole, stepwise] = [new RecordStore(['minimize']), new RecordStore(['minimize'])];
        for (const final of finals) whole.put(final);
        const before = finals.map((final, i): TrialRecord => {
          if (trials[i]?.queue) return { ...final, state: 'waiting', values: null, startedAt: null, finishedAt: null };
          return { ...final, state: 'running', values: null, finishedAt: null };
        });
        // Put some trials as they began, then all as they ended, some of them late.
        const looks = (row: number): number => trials[row]?.looks ?? 0;
        for (const final of finals)
          stepwise.put(looks(final.number) > 0 ? (before[final.number] as TrialRecord) : final);
        for (const final of [...finals].sort((a, b) => looks(a.number) - looks(b.number))) stepwise.put(final);
        expect([...stepwise.finished]).toEqual([...whole.finished]);
        expect(finals.map((_, row) => stepwise.seen(row))).toEqual(finals.map((_, row) => whole.seen(row)));
      }),
    );
  });
});

describe('running and waiting rows', () => {
  it('are listed in order and leave the list when they change', () => {
    const store = new RecordStore(['minimize']);
    for (const row of [0, 1, 2, 3]) store.put(record(row, row % 2 === 0 ? 'running' : 'waiting'));
    expect([[...store.running], store.waiting]).toEqual([
      [0, 2],
      [1, 3],
    ]);
    expect(store.running).toBe(store.running);
    store.put(record(1, 'running', { startedAt: 70, systemAttrs: queued }));
    store.put(record(0, 'fail'));
    expect([[...store.running], store.waiting]).toEqual([[1, 2], [3]]);
    expect([...store.runningRows].sort()).toEqual([1, 2]);
  });

  it('rows that were not read yet are waiting', () => {
    const store = new RecordStore(['minimize']);
    store.put(record(2, 'running'));
    expect([store.size, store.state(0), store.state(1)]).toEqual([3, 'waiting', 'waiting']);
  });

  it('lost trials do not count towards the budget', () => {
    const store = new RecordStore(['minimize']);
    store.put(record(0, 'fail', { systemAttrs: attrs({ [keys.failure]: { code: 'lost', message: '' } }) }));
    store.put(record(1, 'fail', { systemAttrs: attrs({ [keys.failure]: { code: 'error', message: 'no' } }) }));
    store.put(record(2, 'pruned'));
    store.put(record(3, 'running'));
    expect(store.spent).toBe(2);
    expect([store.failure(0)?.code, store.failure(1), store.failure(2)]).toEqual([
      'lost',
      { code: 'error', message: 'no' },
      null,
    ]);
  });
});

describe('pending points', () => {
  const [x, n, act] = [float(0, 1), int(0, 9), categorical(['a', 'b'])];
  const known: Partial<TrialRecord> = { names: ['x', 'n', 'act'], dists: [x, n, act], x: [0.1, 1, 0] };
  const noted = (proposal: { [name: string]: Scalar }) => attrs({ [keys.note]: { proposal } });
  const cells = (store: RecordStore, row: number) => ['x', 'n', 'act'].map((name) => store.value(row, name));

  function withRunning(proposal: { [name: string]: Scalar }): RecordStore {
    const store = new RecordStore(['minimize']);
    store.put(record(0, 'complete', known));
    store.put(record(1, 'running', { systemAttrs: noted(proposal) }));
    return store;
  }

  it('come from the note even when the trial uses other values', () => {
    const store = withRunning({ x: 0.75, n: 7, act: 'b' });
    expect(cells(store, 1)).toEqual([0.75, 7, 1]);
    store.addParam(1, 'n', int(0, 5), 3);
    store.addParam(1, 'x', x, 0.75);
    expect(cells(store, 1)).toEqual([0.75, 7, 1]);
    expect(store.params(1).names).toEqual(['n', 'x']); // proposed values are not parameters of the trial
    const own = { names: ['n', 'x'], dists: [int(0, 5), x], x: [3, 0.75] };
    expect(store.record(1)).toMatchObject(own);
    expect(cells(store, 1)).toEqual([0.75, 7, 1]); // reading a record changes nothing
    store.put(record(1, 'running', { ...own, systemAttrs: noted({ x: 0.75, n: 7, act: 'b' }) }));
    expect(cells(store, 1)).toEqual([0.75, 7, 1]);
    expect(store.record(1)).toMatchObject(own);
    store.setAttr(1, 'system', keys.note, { proposal: { n: 8 } });
    expect(cells(store, 1)).toEqual([0.75, 8, Number.NaN]);
    expect(store.record(1)).toMatchObject(own);
  });

  it('are converted with the range they were proposed from', () => {
    const store = withRunning({ n: 7 });
    store.put(record(2, 'running', { names: ['n'], dists: [int(0, 5)], x: [5] }));
    store.put(record(3, 'running', { systemAttrs: noted({ n: 8 }) }));
    expect([cells(store, 1)[1], cells(store, 3)[1]]).toEqual([7, 8]);
  });

  it('disappear when the trial ends', () => {
    const store = withRunning({ x: 0.75, n: 7, act: 'b' });
    store.put(
      record(1, 'pruned', { names: ['n'], dists: [n], x: [3], systemAttrs: noted({ x: 0.75, n: 7, act: 'b' }) }),
    );
    expect(cells(store, 1)).toEqual([Number.NaN, 3, Number.NaN]);
    expect(store.params(1).names).toEqual(['n']);
  });

  it('appear when the note is set later', () => {
    const store = new RecordStore(['minimize']);
    store.put(record(0, 'complete', known));
    store.put(record(1, 'running'));
    store.setAttr(1, 'system', keys.note, { proposal: { x: 0.25 } });
    expect(cells(store, 1)).toEqual([0.25, Number.NaN, Number.NaN]);
  });

  it('do not depend on when and how often they are read', () => {
    const value = { x: fc.constantFrom(0.1, 0.5, 0.75, 2), n: fc.nat(11), act: fc.constantFrom('a', 'b', 'c') };
    const proposal = fc.record(value, { requiredKeys: [] });
    const row = fc.nat({ max: 2 }).map((r) => r + 1);
    const step = fc.oneof(
      fc.record({ kind: fc.constant('put' as const), row, proposal: fc.option(proposal) }),
      fc.record({ kind: fc.constant('note' as const), row, proposal }),
      fc.record({ kind: fc.constant('x' as const), row, value: fc.constantFrom(0.1, 0.5, 0.75) }),
      fc.record({ kind: fc.constant('n' as const), row, value: fc.nat(5) }),
      fc.record({ kind: fc.constant('finish' as const), row, proposal }),
      fc.record({ kind: fc.constant('record' as const), row }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.boolean()), { maxLength: 25 }), (steps) => {
        const [watched, other] = [withRunning({}), withRunning({})];
        const look = (store: RecordStore) => [1, 2, 3].map((r) => cells(store, r));
        for (const [one, looks] of steps) {
          for (const store of [watched, other]) {
            if (one.kind === 'put')
              store.put(
                record(one.row, 'running', { systemAttrs: one.proposal === null ? null : noted(one.proposal) }),
              );
            else if (one.row >= store.size) continue;
            else if (one.kind === 'note')
              store.setAttr(one.row, 'system', keys.note, { proposal: one.proposal as { [name: string]: Scalar } });
            else if (one.kind === 'finish')
              store.put(record(one.row, 'complete', { ...known, systemAttrs: noted(one.proposal) }));
            else if (one.kind === 'record') store.record(one.row);
            // A parameter is set once.
            else if (!store.params(one.row).names.includes(one.kind))
              store.addParam(one.row, one.kind, one.kind === 'x' ? x : int(0, 5), one.value);
          }
          look(watched);
          if (looks) look(other);
        }
        expect(look(other)).toEqual(look(watched));
        for (let r = 0; r < watched.size; r++) {
          expect(other.record(r)).toEqual(watched.record(r));
          expect(other.params(r)).toEqual(watched.params(r));
        }
        expect(look(other)).toEqual(look(watched));
      }),
    );
  });

  it('omit values that no known distribution contains', () => {
    const store = withRunning({ x: 5, act: 'c', other: 1 });
    expect(cells(store, 1)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(['x', 'n', 'act', 'other'].map((name) => store.known(name))).toEqual([x, n, act, undefined]);
  });
});

describe('writes of a running trial', () => {
  it('change the store until the trial is finished', () => {
    const store = new RecordStore(['minimize']);
    store.put(record(0, 'running'));
    store.addParam(0, 'x', float(0, 1), 0.5);
    store.setReport(0, 3, 7);
    store.setAttr(0, 'system', keys.note, { sampler: { u: 1 } });
    expect([store.value(0, 'x'), store.reports(0), store.note(0)]).toEqual([
      0.5,
      { steps: [3], values: [7] },
      { u: 1 },
    ]);
    store.put({ ...store.record(0), state: 'complete', values: [1], finishedAt: 9 });
    store.addParam(0, 'x', float(0, 1), 0.9);
    store.setReport(0, 3, 8);
    store.setAttr(0, 'system', keys.note, { sampler: { u: 2 } });
    expect([store.value(0, 'x'), store.reports(0), store.note(0)]).toEqual([
      0.5,
      { steps: [3], values: [7] },
      { u: 1 },
    ]);
    expect(store.reports(1)).toEqual({ steps: [], values: [] });
  });
});
