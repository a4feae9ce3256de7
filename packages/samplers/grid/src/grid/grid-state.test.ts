import {
  type CompiledSpace,
  categorical,
  compileSpace,
  type Distribution,
  type FailureReason,
  float,
  int,
  type Json,
  oneOf,
  rngFor,
  type SampleContext,
  type SamplerFoldContext,
  type TrialHistory,
  toInternal,
} from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GridSampler, type GridState } from './grid-sampler.ts';

interface FakeTrial {
  readonly x: { readonly [name: string]: number };
  readonly dist?: { readonly [name: string]: Distribution };
  readonly failure?: FailureReason['code'];
  readonly note?: Json;
}

/** Contains only the members that the grid sampler may read. Every other member is undefined and fails the test. */
function historyOf(trials: readonly FakeTrial[], running: readonly number[] = []): TrialHistory {
  const part: Pick<TrialHistory, 'running' | 'params' | 'value' | 'failure' | 'note'> = {
    running: Int32Array.from(running),
    value: (row, name) => trials[row]?.x[name] ?? Number.NaN,
    failure: (row) => (trials[row]?.failure === undefined ? null : { code: trials[row].failure, message: '' }),
    note: (row) => trials[row]?.note,
    params: (row) => {
      const { x = {}, dist = {} } = trials[row] ?? {};
      const names = Object.keys(x);
      return { names, dists: names.map((name) => dist[name] as Distribution), x: Object.values(x) };
    },
  };
  return part as TrialHistory;
}

const seed = 11;

function contextOf(
  space: CompiledSpace,
  history: TrialHistory,
  fixed: { readonly [name: string]: number } = {},
): SampleContext {
  return {
    trial: { number: 0, enqueued: new Map(Object.entries(fixed)), chosen: new Map(), note: undefined },
    space,
    history,
    fixed: Float64Array.from(space.params, ({ name }) => fixed[name] ?? Number.NaN),
    attempt: 0,
    total: null,
    rng: (purpose) => rngFor(seed, 0, purpose),
    host: { notice: () => undefined, offload: null },
  };
}

function foldContext(space: CompiledSpace, history: TrialHistory): SamplerFoldContext {
  return { space, history, seed, fixed: new Map() };
}

const initial = (sampler: GridSampler, space: CompiledSpace): GridState =>
  sampler.fold.init(foldContext(space, historyOf([])));

function absorb(sampler: GridSampler, state: GridState, row: number, history: TrialHistory): void {
  sampler.fold.absorb(state, row, foldContext(plain, history));
}

function propose(sampler: GridSampler, state: GridState, ctx: SampleContext): number[] | 'exhausted' {
  const proposal = sampler.propose(state, ctx);
  return proposal === 'exhausted' ? proposal : Array.from(proposal.x);
}

const { compiled: plain } = compileSpace({ a: int(0, 3), b: int(0, 1) });
const cells = [0, 1, 2, 3].flatMap((a) => [0, 1].map((b): FakeTrial => ({ x: { a, b } })));

describe('the state of the grid', () => {
  it('frees the cell of a lost trial, but not of other failed trials', () => {
    const sampler = new GridSampler({ order: 'sequential' });
    const ask = (failure: FailureReason['code']) => {
      const trials = [{ x: { a: 0, b: 0 }, failure }];
      const state = initial(sampler, plain);
      absorb(sampler, state, 0, historyOf(trials));
      return propose(sampler, state, contextOf(plain, historyOf(trials)));
    };
    expect(ask('lost')).toEqual([0, 0]);
    for (const code of ['error', 'nan', 'invalid-value', 'space-conflict', 'aborted', 'told'] as const)
      expect(ask(code)).toEqual([0, 1]);
  });

  it('does not propose the cells of running trials', () => {
    const sampler = new GridSampler({ order: 'sequential' });
    const state = initial(sampler, plain);
    const trials: FakeTrial[] = [{ x: { a: 0, b: 0 } }, { x: { a: 0, b: 1 } }];
    expect(propose(sampler, state, contextOf(plain, historyOf(trials, [0, 1])))).toEqual([1, 0]);
    expect(propose(sampler, state, contextOf(plain, historyOf(trials, [1])))).toEqual([0, 0]);
    expect(propose(sampler, state, contextOf(plain, historyOf(trials, [0])))).toEqual([0, 1]);
    expect(propose(sampler, state, contextOf(plain, historyOf(cells, [...cells.keys()])))).toBe('exhausted');
  });

  it('ignores trials outside the grid', () => {
    const sampler = new GridSampler({ order: 'sequential', grid: { a: [0, 1] } });
    const state = initial(sampler, plain);
    const trials: FakeTrial[] = [{ x: { a: 2, b: 0 } }, { x: { a: 0 } }, { x: {} }, { x: { a: 0, b: 0.5 } }];
    for (const row of trials.keys()) absorb(sampler, state, row, historyOf(trials));
    expect(state.tried.size).toBe(0);
  });

  it('depends only on the set of tried cells, also after proposals and in clones', () => {
    const row = fc.nat(cells.length - 1);
    fc.assert(
      fc.property(fc.array(row), fc.array(row), fc.uniqueArray(row), (early, late, running) => {
        const sampler = new GridSampler();
        const history = historyOf(cells, running);
        const ask = (state: GridState) => propose(sampler, state, contextOf(plain, history));
        const live = initial(sampler, plain);
        for (const one of early) {
          absorb(sampler, live, one, history);
          ask(live);
        }
        const copy = sampler.fold.clone?.(live) as GridState;
        for (const one of late) absorb(sampler, live, one, history);
        const fresh = (rows: readonly number[]) => {
          const state = initial(sampler, plain);
          for (const one of rows) absorb(sampler, state, one, history);
          return ask(state);
        };
        expect(ask(live)).toEqual(fresh([...late, ...early]));
        expect(ask(live)).toEqual(ask(live));
        expect(ask(copy)).toEqual(fresh(early));
      }),
    );
  });
});

describe('fixed values', () => {
  const { compiled: nested } = compileSpace({
    model: oneOf({ svm: { c: int(1, 3) }, forest: { trees: int(1, 4), depth: int(1, 2) }, none: {} }),
    lr: float(0, 1, { step: 0.25 }),
  });
  const names = nested.params.map(({ name }) => name);

  /** All points of the nested grid. */
  const points: FakeTrial[] = [0, 0.25, 0.5, 0.75, 1].flatMap((lr) => [
    ...[1, 2, 3].map((c) => ({ x: { model: 0, 'model.svm.c': c, lr } })),
    ...[1, 2, 3, 4].flatMap((trees) =>
      [1, 2].map((depth) => ({ x: { model: 1, 'model.forest.trees': trees, 'model.forest.depth': depth, lr } })),
    ),
    { x: { model: 2, lr } },
  ]);

  const partial = fc.record(
    {
      model: fc.nat(2),
      'model.svm.c': fc.integer({ min: 1, max: 3 }),
      'model.forest.trees': fc.integer({ min: 1, max: 4 }),
      'model.forest.depth': fc.integer({ min: 1, max: 2 }),
      lr: fc.constantFrom(0, 0.25, 0.3, 1),
    },
    { requiredKeys: [] },
  );

  it('get a free cell that matches them if there is one', () => {
    fc.assert(
      fc.property(
        partial,
        fc.subarray([...points.keys()]),
        fc.subarray([...points.keys()]),
        (fixed, tried, running) => {
          const sampler = new GridSampler();
          const state = initial(sampler, nested);
          const history = historyOf(points, running);
          for (const row of tried) absorb(sampler, state, row, history);
          const given = Object.entries(fixed) as [string, number][];
          fc.pre(given.length > 0);
          const x = propose(sampler, state, contextOf(nested, history, fixed)) as number[];
          const proposed = Object.fromEntries(
            names.map((name, i) => [name, x[i] as number]).filter(([, value]) => !Number.isNaN(value)),
          );
          // A value in a branch that is fixed to another choice has no effect. Below a free choice, any branch with a fixed
          // value matches.
          const agrees = (point: { readonly [name: string]: number }) =>
            given.every(
              ([name, value]) =>
                point[name] === value ||
                (!(name in point) &&
                  given.some(([other]) => other === 'model' || (other !== name && other in point && other !== 'lr'))),
            );
          const free = points.filter((point, row) => !tried.includes(row) && !running.includes(row) && agrees(point.x));
          if (free.length === 0) expect(proposed).toEqual({});
          else expect(free.map((point) => point.x)).toContainEqual(proposed);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('fixed values outside the grid', () => {
  it('match no cell if the grid does not contain their branch', () => {
    const { compiled } = compileSpace({ model: oneOf({ svm: { c: int(1, 3) }, forest: {} }) });
    const sampler = new GridSampler({ grid: { model: ['forest'] } });
    const ask = (fixed: { readonly [name: string]: number }) =>
      sampler.propose(initial(sampler, compiled), contextOf(compiled, historyOf([]), fixed));
    expect(ask({ 'model.svm.c': 2 })).toEqual({ x: Float64Array.of(Number.NaN, Number.NaN) });
    expect(ask({ model: 0 })).toEqual({ x: Float64Array.of(Number.NaN, Number.NaN) });
    expect(ask({ model: 1, 'model.svm.c': 2 })).toEqual({ x: Float64Array.of(1, Number.NaN) });
  });

  it('do not lead to a cell that where forbids', () => {
    const compiled: CompiledSpace = { ...plain, allows: (x) => x[0] === 2 || x[1] === 1 };
    for (let a = 0; a < 4; a++) {
      const sampler = new GridSampler({ order: 'sequential' });
      const state = initial(sampler, compiled);
      expect(propose(sampler, state, contextOf(compiled, historyOf([]), { a }))).toEqual([a, a === 2 ? 0 : 1]);
    }
  });
});

describe('the grid of a define-by-run study', () => {
  const space: CompiledSpace = { id: 'observed', origin: 'observed', params: [], allows: null };
  const model = categorical(['a', 'b']);
  const k = int(1, 9);
  const dist = { model, k };
  const sampler = new GridSampler({ order: 'sequential', grid: { model: ['a', 'b'], k: [1, 2] } });
  const internal = (value: string) => toInternal(model, value);

  const next = (trials: readonly FakeTrial[], running: readonly number[] = []) => {
    const state = initial(sampler, space);
    const history = historyOf(trials, running);
    for (const row of trials.keys()) if (!running.includes(row)) absorb(sampler, state, row, history);
    const proposal = sampler.propose(state, contextOf(space, history));
    return proposal === 'exhausted' ? proposal : proposal.note;
  };

  it('reads the cell from the values of a trial, then from its note', () => {
    expect(next([])).toEqual({ cell: 0 });
    expect(next([{ x: { model: internal('a'), k: 1 }, dist }])).toEqual({ cell: 1 }); // imported
    expect(next([{ x: { model: internal('a') }, dist, note: { cell: 0 } }])).toEqual({ cell: 1 }); // k was not suggested
    expect(next([{ x: { model: internal('a') }, dist }])).toEqual({ cell: 0 }); // incomplete
    expect(next([{ x: { model: internal('a'), k: 7 }, dist, note: { cell: 0 } }])).toEqual({ cell: 0 }); // enqueued
    expect(next([{ x: { model: internal('a'), k: 1 }, dist, note: { cell: 3 } }])).toEqual({ cell: 1 }); // enqueued
    expect(next([{ x: {}, note: { cell: 0 } }])).toEqual({ cell: 1 }); // failed before it suggested anything
    expect(next([{ x: { k: 5 }, dist: { k: int(5, 5) }, note: { cell: 0 } }])).toEqual({ cell: 1 }); // no choice
  });

  it('keeps the fixed values of observed parameters', () => {
    const observed: CompiledSpace = {
      ...space,
      params: [
        { name: 'z', dist: k, when: null },
        { name: 'k', dist: k, when: null },
      ],
    };
    const ask = (fixed: { readonly [name: string]: number }) =>
      sampler.propose(initial(sampler, observed), contextOf(observed, historyOf([]), fixed));
    const x = Float64Array.of(Number.NaN, Number.NaN);
    expect(ask({ k: 2 })).toEqual({ x, note: { cell: 1 } });
    expect(ask({ k: 3 })).toEqual({ x });
    expect(ask({ z: 3 })).toEqual({ x, note: { cell: 0 } });
  });

  it('reads the notes of running trials', () => {
    expect(
      next(
        [
          { x: {}, note: { cell: 0 } },
          { x: {}, note: { cell: 1 } },
        ],
        [0, 1],
      ),
    ).toEqual({ cell: 2 });
    const all = [0, 1, 2, 3].map((cell): FakeTrial => ({ x: {}, note: { cell } }));
    expect(next(all, [1, 3])).toBe('exhausted');
  });

  it.each([undefined, null, 0, 'cell', [0], {}, { cell: '0' }, { cell: -1 }, { cell: 4 }, { cell: 0.5 }])(
    'ignores the note %j of another sampler',
    (note) => {
      expect(next([{ x: {}, ...(note === undefined ? {} : { note }) }])).toEqual({ cell: 0 });
    },
  );
});
