import { type Distribution, type FinishedState, type Json, keys, type TrialOp } from '@asktell/core';
import fc from 'fast-check';
import { enqueue, imported } from './operations.ts';
import { awkwardJson } from './study-laws.ts';

/** An operation whose trial is chosen when it runs: `row` modulo (number of trials + 1), the last one being unknown. */
export type LooseOp = { readonly row: number; readonly op: TrialOp };

/** What `fill` does: it writes `ops` for each granted trial, and ends at the `at`-th call (from 0). */
export interface FillPlan {
  readonly ops: readonly LooseOp[];
  readonly end: { readonly kind: 'exhausted' | 'throw'; readonly at: number } | null;
}

/** One step of the model test, as plain data. */
export type Action =
  | { readonly kind: 'write'; readonly ops: readonly LooseOp[] }
  | {
      readonly kind: 'ask';
      readonly owner: Json | null;
      readonly fail: readonly number[];
      readonly take: readonly number[];
      readonly create: number;
      readonly fill: FillPlan | null;
    }
  | { readonly kind: 'pull'; readonly cursor: number; readonly fresh: readonly number[] }
  | { readonly kind: 'study-attr'; readonly scope: 'user' | 'system'; readonly key: string; readonly value: Json }
  | { readonly kind: 'reopen' };

const floatDist: Distribution = { kind: 'float', low: -1, high: 1, log: false, step: null };
const dists: readonly Distribution[] = [
  floatDist,
  { ...floatDist, high: 2 },
  { kind: 'float', low: 0.1, high: 1, log: true, step: null },
  { kind: 'int', low: 0, high: 9, log: false, step: 1 },
  { kind: 'categorical', choices: ['a', 1, null] },
];

const row = fc.nat(40);
const name = fc.constantFrom('x', 'y', 'z', '__proto__', 'a.b');
const key = fc.oneof(
  fc.constantFrom('k', keys.constraints, keys.note, '__proto__'),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
);
const value = fc.double({ noNaN: true });
/** Any character. The built-in string units of fast-check take a second to create. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((point) => String.fromCodePoint(point));
const json: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom(...awkwardJson),
  fc.string({ unit: character }),
  fc.double().map((x) => (Number.isInteger(x) ? x % 1000 : x) + 0),
  fc.jsonValue({ maxDepth: 2, stringUnit: character }).map(withExactNumbers),
);

/** Replaces numbers that do not survive JSON: -0 and integers beyond 2^53. */
function withExactNumbers(input: unknown): Json {
  return JSON.parse(JSON.stringify(input), (_, inner: unknown) =>
    typeof inner === 'number' && Math.abs(inner) > 2 ** 53 ? 0.5 : inner === 0 ? 0 : inner,
  ) as Json;
}

const param = fc.tuple(name, fc.constantFrom(...dists), fc.double({ min: 0.1, max: 1 })).map(
  ([name, dist, x]): TrialOp => ({
    kind: 'param',
    number: 0,
    name,
    dist,
    x: dist.kind === 'float' ? x : Math.round(x * 2),
  }),
);
const finish = fc
  .tuple(fc.constantFrom<FinishedState>('complete', 'pruned', 'fail'), value)
  .map(([state, value]): TrialOp => ({ kind: 'finish', number: 0, state, values: state === 'fail' ? null : [value] }));
const create = fc.oneof(
  fc
    .option(json, { nil: null })
    .map((value) => enqueue(value === null ? {} : { systemAttrs: new Map([[keys.fixedParams, value]]) })),
  fc.tuple(param, value, fc.double()).map(([op, value, report]) =>
    op.kind === 'param'
      ? imported({
          names: [op.name],
          dists: [op.dist],
          x: [op.x],
          values: [value],
          reports: { steps: [3], values: [report] },
        })
      : imported(),
  ),
);
const change = fc.oneof(
  { weight: 4, arbitrary: param },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(5), fc.double())
      .map(([step, value]): TrialOp => ({ kind: 'report', number: 0, step, value })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('user' as const, 'system' as const), key, json)
      .map(([scope, key, value]): TrialOp => ({ kind: 'attr', number: 0, scope, key, value })),
  },
  { weight: 3, arbitrary: finish },
);
const loose = (op: fc.Arbitrary<TrialOp>): fc.Arbitrary<LooseOp> => fc.record({ row, op });

const fill: fc.Arbitrary<FillPlan> = fc.record({
  ops: fc.array(loose(param), { maxLength: 2 }),
  end: fc.option(fc.record({ kind: fc.constantFrom('exhausted' as const, 'throw' as const), at: fc.nat(3) }), {
    nil: null,
  }),
});

/** The actions of the model test and their weights: mostly writes and asks, sometimes a restart. */
export const arbitraryActions: readonly { readonly weight: number; readonly arbitrary: fc.Arbitrary<Action> }[] = [
  {
    weight: 6,
    arbitrary: fc
      .array(fc.oneof({ weight: 4, arbitrary: loose(change) }, { weight: 1, arbitrary: loose(create) }), {
        maxLength: 4,
      })
      .map((ops): Action => ({ kind: 'write', ops })),
  },
  {
    weight: 5,
    arbitrary: fc
      .record({
        owner: fc.option(fc.constantFrom<Json>('w1', { host: 'h', pid: 2 }), { nil: null }),
        fail: fc.uniqueArray(row, { maxLength: 1 }),
        take: fc.uniqueArray(row, { maxLength: 2 }),
        create: fc.nat(3),
        fill: fc.option(fill, { nil: null }),
      })
      .map((ask): Action => ({ kind: 'ask', ...ask })),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ cursor: fc.nat(), fresh: fc.array(row, { maxLength: 3 }) })
      .map((pull): Action => ({ kind: 'pull', ...pull })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ scope: fc.constantFrom('user' as const, 'system' as const), key, value: json })
      .map((attr): Action => ({ kind: 'study-attr', ...attr })),
  },
  { weight: 1, arbitrary: fc.constant<Action>({ kind: 'reopen' }) },
];
