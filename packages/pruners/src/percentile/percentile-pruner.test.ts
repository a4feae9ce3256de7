import { readFileSync } from 'node:fs';
import { type Direction, isAsktellError, type TrialHistory, type TrialState } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MedianPruner } from './median-pruner.ts';
import { type PercentileOptions, PercentilePruner, type PercentileState } from './percentile-pruner.ts';

type Plain = number | 'nan' | 'inf' | '-inf';
type Curve = readonly (readonly [step: number, value: number])[];
type FakeTrial = readonly [state: TrialState, curve: Curve];

const special: { readonly [text: string]: number } = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity };
const read = (x: Plain): number => (typeof x === 'number' ? x : (special[x] as number));

/** The part of the history that the pruner may use. Access to any other member fails, because it is undefined. */
function historyOf(direction: Direction, trials: readonly FakeTrial[]): TrialHistory {
  const part: Pick<TrialHistory, 'size' | 'directions' | 'state' | 'reports'> = {
    size: trials.length,
    directions: [direction],
    state: (row) => (trials[row] as FakeTrial)[0],
    reports: (row) => {
      const curve = [...(trials[row] as FakeTrial)[1]].sort((a, b) => a[0] - b[0]);
      return { steps: curve.map(([step]) => step), values: curve.map(([, value]) => value) };
    },
  };
  return part as TrialHistory;
}

function fold(pruner: PercentilePruner, history: TrialHistory, rows: readonly number[]): PercentileState {
  const state = pruner.fold.init({ history });
  for (const row of rows) pruner.fold.absorb(state, row, { history });
  return state;
}

/** Decision about a running trial with the reports of `curve`, given these finished trials. */
function decide(pruner: PercentilePruner, direction: Direction, finished: readonly FakeTrial[], curve: Curve): boolean {
  const history = historyOf(direction, [...finished, ['running', curve]]);
  const state = fold(pruner, history, [...finished.keys()]);
  return ask(pruner, state, history, finished.length, curve);
}

function ask(
  pruner: PercentilePruner,
  state: PercentileState,
  history: TrialHistory,
  number: number,
  curve: Curve,
): boolean {
  const rng = () => {
    throw new Error('The percentile rule needs no randomness.');
  };
  return pruner.decide(state, { study: 's', number, step: curve.at(-1)?.[0] ?? 0, history, rng }).prune;
}

/** Complete trials with one report each, at step 0. */
const reported = (...values: readonly number[]): FakeTrial[] => values.map((value) => ['complete', [[0, value]]]);

describe('PercentilePruner against Optuna', () => {
  const fixture = JSON.parse(readFileSync(new URL('fixtures/percentile.json', import.meta.url), 'utf8')) as {
    readonly cases: readonly {
      readonly direction: Direction;
      readonly percentile: number | null;
      readonly options: Required<PercentileOptions>;
      readonly trials: readonly (readonly [TrialState, readonly (readonly [number, Plain])[]])[];
      readonly reports: readonly (readonly [step: number, value: Plain, prune: boolean])[];
    }[];
  };

  it.each(fixture.cases.map((one, i) => [i, one] as const))('decides case %i like Optuna', (_, one) => {
    const pruner =
      one.percentile === null ? new MedianPruner(one.options) : new PercentilePruner(one.percentile, one.options);
    const finished = one.trials.map(([state, curve]): FakeTrial => [state, curve.map(([step, x]) => [step, read(x)])]);
    const curve: [number, number][] = [];
    const decisions: boolean[] = [];
    for (const [step, x] of one.reports) {
      curve.push([step, read(x)]);
      decisions.push(decide(pruner, one.direction, finished, curve));
    }
    expect(decisions).toEqual(one.reports.map(([, , prune]) => prune));
  });

  it('covers both decisions', () => {
    const all = fixture.cases.flatMap((one) => one.reports.map(([, , prune]) => prune));
    expect(all.filter(Boolean).length).toBeGreaterThan(80);
    expect(all.length).toBeGreaterThan(1000);
  });
});

describe('MedianPruner', () => {
  const rules = { startupTrials: 0 };

  it('prunes values worse than the median, not equal values', () => {
    const five = reported(1, 2, 3, 4, 5);
    expect(decide(new MedianPruner(), 'minimize', five, [[0, 3.01]])).toBe(true);
    expect(decide(new MedianPruner(), 'minimize', five, [[0, 3]])).toBe(false);
    expect(decide(new MedianPruner(), 'maximize', five, [[0, 2.99]])).toBe(true);
    expect(decide(new MedianPruner(), 'maximize', five, [[0, 3]])).toBe(false);
  });

  it('waits for five complete trials and does not count others', () => {
    const four = [...reported(1, 1, 1, 1), ['pruned', [[0, 1]]], ['fail', [[0, 1]]]] satisfies FakeTrial[];
    expect(decide(new MedianPruner(), 'minimize', four, [[0, 9]])).toBe(false);
    expect(decide(new MedianPruner(), 'minimize', [...four, ...reported(1)], [[0, 9]])).toBe(true);
  });

  it('uses the best value so far', () => {
    const finished: FakeTrial[] = [
      [
        'complete',
        [
          [0, 2],
          [1, 2],
        ],
      ],
    ];
    expect(
      decide(new MedianPruner(rules), 'minimize', finished, [
        [0, 9],
        [1, 3],
      ]),
    ).toBe(true);
    expect(
      decide(new MedianPruner(rules), 'minimize', finished, [
        [0, 1],
        [1, 3],
      ]),
    ).toBe(false);
  });

  it('checks at the first report in each interval after the warmup', () => {
    const finished: FakeTrial[] = [['complete', Array.from({ length: 12 }, (_, step) => [step, 0] as const)]];
    const pruner = new MedianPruner({ ...rules, warmupSteps: 2, intervalSteps: 4 });
    const at = (steps: readonly number[]) =>
      decide(
        pruner,
        'minimize',
        finished,
        steps.map((step) => [step, 1]),
      );
    const dense = Array.from({ length: 12 }, (_, step) => at(Array.from({ length: step + 1 }, (_, s) => s)));
    expect(dense.flatMap((prune, step) => (prune ? [step] : []))).toEqual([2, 6, 10]);
    expect(at([3, 8])).toBe(true); // step 6 has no report, so the check happens at step 8
    expect(at([3, 5])).toBe(false);
  });

  it('keeps a trial at a step with too few reports', () => {
    const finished = [
      ...reported(1, 1),
      [
        'complete',
        [
          [0, 1],
          [1, Number.NaN],
        ],
      ],
    ] satisfies FakeTrial[];
    expect(decide(new MedianPruner(rules), 'minimize', finished, [[7, 9]])).toBe(false);
    expect(decide(new MedianPruner({ ...rules, minTrials: 3 }), 'minimize', finished, [[0, 9]])).toBe(true);
    expect(decide(new MedianPruner({ ...rules, minTrials: 4 }), 'minimize', finished, [[0, 9]])).toBe(false);
  });

  it('prunes a trial that has only reported NaN, and keeps a trial without reports', () => {
    expect(decide(new MedianPruner(rules), 'minimize', reported(1), [[3, Number.NaN]])).toBe(true);
    expect(decide(new MedianPruner(rules), 'minimize', reported(1), [])).toBe(false);
    expect(decide(new MedianPruner(rules), 'minimize', [], [[3, Number.NaN]])).toBe(false);
  });
});

describe('the state', () => {
  const value = fc.oneof(fc.double({ min: -9, max: 9 }), fc.constantFrom(Number.NaN, Infinity, -Infinity));
  const curve = fc.uniqueArray(fc.tuple(fc.nat(6), value), { selector: ([step]) => step, minLength: 1 });
  const trials = fc.array(fc.tuple(fc.constantFrom<TrialState>('complete', 'complete', 'pruned'), curve), {
    minLength: 1,
    maxLength: 20,
  });
  const pruner = fc
    .tuple(
      fc.double({ min: 0, max: 100, noNaN: true }),
      fc.record({ startupTrials: fc.nat(3), intervalSteps: fc.integer({ min: 1, max: 3 }) }),
    )
    .map(([p, options]) => new PercentilePruner(p, options));

  it('does not depend on the order in which trials finish', () => {
    fc.assert(
      fc.property(
        pruner,
        fc.constantFrom<Direction>('minimize', 'maximize'),
        trials,
        curve,
        (rule, direction, finished, running) => {
          expect(decide(rule, direction, [...finished].reverse(), running)).toBe(
            decide(rule, direction, finished, running),
          );
        },
      ),
    );
  });

  it('clones independently', () => {
    fc.assert(
      fc.property(pruner, trials, trials, curve, (rule, before, after, running) => {
        const all: FakeTrial[] = [...before, ...after, ['running', running]];
        const history = historyOf('minimize', all);
        const early = [...before.keys()];
        const late = [...after.keys()].map((i) => before.length + i);
        const state = fold(rule, history, early);
        const copy = rule.fold.clone?.(state) as PercentileState;
        for (const row of late) rule.fold.absorb(copy, row, { history });
        const answers = [state, copy].map((s) => ask(rule, s, history, all.length - 1, running));
        expect(answers).toEqual(
          [early, [...early, ...late]].map((rows) =>
            ask(rule, fold(rule, history, rows), history, all.length - 1, running),
          ),
        );
      }),
    );
  });

  it('decides exactly with 20,000 finished trials', () => {
    const finished = Array.from({ length: 20_000 }, (_, i): FakeTrial => ['complete', [[0, (i * 7919) % 20_000]]]);
    const history = historyOf('minimize', [...finished, ['running', [[0, 9999.6]]], ['running', [[0, 9999.5]]]]);
    const median = new MedianPruner();
    const state = fold(median, history, [...finished.keys()]);
    expect(ask(median, state, history, 20_000, [[0, 9999.6]])).toBe(true);
    expect(ask(median, state, history, 20_001, [[0, 9999.5]])).toBe(false);
  });
});

describe('PercentilePruner with several objectives', () => {
  it('throws', () => {
    const history = {
      ...historyOf('minimize', [['running', [[0, 1]]]]),
      directions: ['minimize', 'maximize'] as const,
    };
    const pruner = new MedianPruner();
    try {
      ask(pruner, pruner.fold.init({ history }), history, 0, [[0, 1]]);
      expect.unreachable();
    } catch (error) {
      expect(isAsktellError(error, 'unsupported')).toBe(true);
    }
  });
});
