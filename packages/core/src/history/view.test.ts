import { describe, expect, it } from 'vitest';
import { float } from '../distribution/validate.ts';
import { oneOf } from '../space/builders.ts';
import { compileSpace } from '../space/compile.ts';
import { PruneView } from './prune-view.ts';
import { RecordStore } from './record-store.ts';
import type { TrialRecord, TrialState } from './trial-record.ts';
import { HistoryView, runningAt, withKnownPoint } from './view.ts';

const x = float(0, 1);

function put(
  store: RecordStore,
  number: number,
  state: TrialState,
  startedAt: number,
  finishedAt: number | null,
  fields: Partial<TrialRecord> = {},
): void {
  store.put({
    number,
    state,
    names: ['x'],
    dists: [x],
    x: [number / 10],
    values: state === 'complete' ? [number] : null,
    reports: null,
    userAttrs: null,
    systemAttrs: null,
    startedAt,
    finishedAt,
    ...fields,
  });
}

/** Trial 3 starts at 40: 0 has finished, 1 finishes later, 2 still runs, 4 starts later. */
function scene(): RecordStore {
  const store = new RecordStore(['minimize']);
  put(store, 0, 'complete', 10, 15);
  put(store, 1, 'complete', 20, 50);
  put(store, 2, 'running', 30, null);
  put(store, 3, 'running', 40, null);
  put(store, 4, 'complete', 45, 60);
  return store;
}

describe('the history as a trial sees it', () => {
  it('has the trials that had finished and that were running', () => {
    const store = scene();
    const view = new HistoryView(store, 3, 40, null);
    expect([[...view.finished], [...view.running], view.position]).toEqual([[0], [1, 2], 1]);
    expect([0, 1, 2].map((row) => view.state(row))).toEqual(['complete', 'running', 'running']);
    expect([view.directions, view.seen(4)]).toEqual([['minimize'], 1]);
    expect([view.params(0), view.value(1, 'x'), view.value(1, 'y')]).toEqual([
      { names: ['x'], dists: [x], x: [0] },
      0.1,
      Number.NaN,
    ]);
    expect([view.values(0)[0], view.attribute(0, 'k')]).toEqual([0, undefined]);
    expect([view.note(0), view.failure(0), view.reports(0)]).toEqual([undefined, null, { steps: [], values: [] }]);
    expect([view.startedAt[1], view.finishedAt[0], view.violation[0]]).toEqual([20, 15, Number.NaN]);
  });

  it('does not change when other trials finish', () => {
    const store = scene();
    const view = new HistoryView(store, 3, 40, null);
    put(store, 2, 'fail', 30, 70);
    expect([[...view.finished], [...view.running], view.state(2)]).toEqual([[0], [1, 2], 'running']);
  });

  it('uses recorded pending rows', () => {
    expect([...new HistoryView(scene(), 3, 40, Int32Array.of(2)).running]).toEqual([2]);
  });

  it('runningAt lists the trials that ran at a given time', () => {
    const store = scene();
    expect([...runningAt(store, 9, 100)]).toEqual([2, 3]);
    expect([...runningAt(store, 4, 45)]).toEqual([1, 2, 3]);
    expect([...runningAt(store, 0, 10)]).toEqual([]);
  });
});

describe('withKnownPoint', () => {
  it('keeps the rows that have all active parameters', () => {
    const store = new RecordStore(['minimize']);
    const { compiled } = compileSpace({ m: oneOf({ a: { k: x }, b: {} }), x });
    const [m, k] = compiled.params.map(({ dist }) => dist) as [typeof x, typeof x];
    const rows = [
      { names: ['m', 'm.a.k', 'x'], dists: [m, k, x], x: [0, 0.5, 0.5] },
      { names: ['m', 'x'], dists: [m, x], x: [0, 0.5] }, // k is missing
      { names: ['m', 'x'], dists: [m, x], x: [1, 0.5] }, // k is not active
      { names: ['m'], dists: [m], x: [1] },
      { names: [], dists: [], x: [] },
    ];
    rows.forEach((fields, row) => {
      put(store, row, 'running', row, null, fields);
    });
    const all = Int32Array.of(0, 1, 2, 3, 4);
    expect([...withKnownPoint(store, all, compiled)]).toEqual([0, 2]);
    expect([...withKnownPoint(store, all, compileSpace({}).compiled)]).toEqual([]);
    expect([...withKnownPoint(store, all, compileSpace({ unknown: x }).compiled)]).toEqual([]);
  });
});

describe('PruneView', () => {
  it('hides reports of the trial after the step', () => {
    const store = scene();
    const reports = { steps: [0, 1, 2], values: [5, 6, 7] };
    put(store, 5, 'running', 80, null, { reports });
    put(store, 6, 'complete', 81, 90, { reports });
    const view = new PruneView(store, 5, 1);
    expect(view.reports(5)).toEqual({ steps: [0, 1], values: [5, 6] });
    expect(view.reports(6)).toEqual(reports);
    expect(new PruneView(store, 5, 2).reports(5)).toEqual(reports);
    expect([...view.finished]).toEqual([0, 1, 4, 6]); // a pruner sees all finished trials
  });
});
