import { describe, expectTypeOf, it } from 'vitest';
import type { CategoricalDist, FloatDist } from '../distribution/distribution.ts';
import { categorical, float, int } from '../distribution/validate.ts';
import { group, oneOf } from './builders.ts';
import type { InferParams, PartialParams } from './infer.ts';
import { where } from './where.ts';

describe('InferParams', () => {
  it('numbers for ranges, literals for choices, without `as const`', () => {
    const space = {
      lr: float(1e-5, 0.1, { log: true }),
      n: int(1, 9),
      act: categorical(['relu', 'tanh', null, 3, true]),
    };
    expectTypeOf<InferParams<typeof space>>().toEqualTypeOf<{
      readonly lr: number;
      readonly n: number;
      readonly act: 'relu' | 'tanh' | null | 3 | true;
    }>();
  });

  it('the element type for choices known at run time only', () => {
    const names: string[] = ['a', 'b'];
    const mixed: readonly (string | number)[] = ['a', 1];
    const space = { name: categorical(names), value: categorical(mixed) };
    expectTypeOf(space.name).toEqualTypeOf<CategoricalDist<string>>();
    expectTypeOf<InferParams<typeof space>>().toEqualTypeOf<{
      readonly name: string;
      readonly value: string | number;
    }>();
  });

  it('a discriminated union for oneOf', () => {
    const space = {
      model: oneOf({
        svm: { c: float(0, 1), kernel: categorical(['rbf', 'linear']) },
        forest: { trees: int(1, 9) },
        none: {},
      }),
    };
    type Model = InferParams<typeof space>['model'];
    expectTypeOf<Model>().toEqualTypeOf<
      | { readonly type: 'svm'; readonly c: number; readonly kernel: 'rbf' | 'linear' }
      | { readonly type: 'forest'; readonly trees: number }
      | { readonly type: 'none' }
    >();
    const use = (model: Model): number => {
      if (model.type === 'svm') return model.c;
      // @ts-expect-error only the svm has a c
      model.c;
      return model.type === 'forest' ? model.trees : 0;
    };
    expectTypeOf(use).returns.toBeNumber();
  });

  it('nested objects for group, branches inside groups inside branches', () => {
    const space = {
      outer: group({ x: float(0, 1), inner: oneOf({ a: { deep: group({ y: int(0, 1) }) }, b: {} }) }),
    };
    expectTypeOf<InferParams<typeof space>>().toEqualTypeOf<{
      readonly outer: {
        readonly x: number;
        readonly inner: { readonly type: 'a'; readonly deep: { readonly y: number } } | { readonly type: 'b' };
      };
    }>();
  });

  it('the fields of a constrained space', () => {
    const space = where({ a: float(0, 1), b: categorical(['x', 'y']) }, 'a < 0.5');
    expectTypeOf<InferParams<typeof space>>().toEqualTypeOf<{ readonly a: number; readonly b: 'x' | 'y' }>();
  });

  it('plain data with precise types', () => {
    const dist: FloatDist = { kind: 'float', low: 0, high: 1, log: false, step: null };
    const space = { x: dist };
    expectTypeOf<InferParams<typeof space>>().toEqualTypeOf<{ readonly x: number }>();
    expectTypeOf<InferParams<Record<never, never>>>().toEqualTypeOf<Record<never, never>>();
  });
});

describe('where', () => {
  it('gives predicates the inferred params', () => {
    const fields = { a: float(0, 1), act: categorical(['x', 'y']), m: oneOf({ p: { k: int(0, 9) }, q: {} }) };
    where(fields, 'a <= 1', (p) => {
      expectTypeOf(p).toEqualTypeOf<{
        readonly a: number;
        readonly act: 'x' | 'y';
        readonly m: { readonly type: 'p'; readonly k: number } | { readonly type: 'q' };
      }>();
      return p.m.type === 'q' || p.m.k > p.a;
    });
    where(where(fields, 'a > 0'), (p) => {
      expectTypeOf(p.act).toEqualTypeOf<'x' | 'y'>();
      return true;
    });
    // @ts-expect-error there is no b
    where(fields, (p) => p.b > 0);
    // @ts-expect-error a predicate returns a boolean
    where(fields, (p) => p.a);
    // @ts-expect-error a condition is an expression or a predicate
    where(fields, 5);
  });
});

describe('builders', () => {
  it('reject values that are not parameters', () => {
    // @ts-expect-error an object is not a choice
    categorical([{ units: 3 }]);
    // @ts-expect-error bounds are numbers
    float('0', 1);
    // @ts-expect-error there is no such option
    int(0, 1, { lgo: true });
    // @ts-expect-error a branch is an object of fields
    oneOf({ a: 5 });
    // @ts-expect-error a group is an object of fields
    group({ x: 'y' });
  });
});

describe('PartialParams', () => {
  it('makes parameters optional on every level and requires the branch of a oneOf', () => {
    const space = {
      lr: float(0, 1),
      g: group({ x: float(0, 1), y: float(0, 1) }),
      m: oneOf({ svm: { c: float(0, 1), d: int(0, 1) }, none: {} }),
    };
    type Some = PartialParams<InferParams<typeof space>>;
    expectTypeOf<{ lr: 0.5 }>().toExtend<Some>();
    expectTypeOf<{ g: { y: 0.5 } }>().toExtend<Some>();
    expectTypeOf<{ m: { type: 'svm'; c: 1 } }>().toExtend<Some>();
    expectTypeOf<{ m: { type: 'none' } }>().toExtend<Some>();
    expectTypeOf<Record<never, never>>().toExtend<Some>();
    expectTypeOf<{ m: { c: 1 } }>().not.toExtend<Some>();
    expectTypeOf<{ m: { type: 'tree' } }>().not.toExtend<Some>();
    expectTypeOf<{ lr: 'high' }>().not.toExtend<Some>();
  });
});
