import { arbitrarySpace, refused } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { categorical, float, int } from '../distribution/validate.ts';
import { observedSpace } from '../history/observed-space.ts';
import { group, oneOf } from './builders.ts';
import { compileSpace } from './compile.ts';
import { isActive } from './compiled-space.ts';
import { where } from './where.ts';

const flat = (space: Parameters<typeof compileSpace>[0]) =>
  compileSpace(space).compiled.params.map(({ name, when }) => [name, when === null ? null : [when.param, when.choice]]);

describe('compileSpace', () => {
  it('flattens groups and branches, parents first', () => {
    const space = {
      lr: float(0, 1),
      outer: group({
        x: int(0, 3),
        model: oneOf({
          svm: { c: float(0, 1), kernel: oneOf({ rbf: { gamma: float(0, 1) }, linear: {} }) },
          forest: { trees: group({ count: int(1, 9) }) },
        }),
      }),
      last: categorical(['a']),
    };
    expect(flat(space)).toEqual([
      ['lr', null],
      ['outer.x', null],
      ['outer.model', null],
      ['outer.model.svm.c', [2, 0]],
      ['outer.model.svm.kernel', [2, 0]],
      ['outer.model.svm.kernel.rbf.gamma', [4, 0]],
      ['outer.model.forest.trees.count', [2, 1]],
      ['last', null],
    ]);
    const { compiled, index } = compileSpace(space);
    expect(compiled.params[2]?.dist).toEqual(categorical(['svm', 'forest']));
    expect(compiled.params[4]?.dist).toEqual(categorical(['rbf', 'linear']));
    expect(index.get('outer.model.svm.kernel')).toBe(4);
    expect([compiled.origin, compiled.allows]).toEqual(['declared', null]);
  });

  it('allows empty spaces, groups and branches', () => {
    expect(flat({})).toEqual([]);
    expect(flat({ g: group({}), m: oneOf({ off: {} }) })).toEqual([['m', null]]);
  });

  it('accepts distributions as plain data and normalizes them', () => {
    const { params } = compileSpace({ x: { kind: 'float', low: 0, high: 1, log: false, step: 0.3 } }).compiled;
    expect(params[0]?.dist).toEqual(float(0, 0.9, { step: 0.3 }));
  });

  it('caches its result per object', () => {
    const space = { x: float(0, 1) };
    expect(compileSpace(space)).toBe(compileSpace(space));
    expect(compileSpace({ ...space })).not.toBe(compileSpace(space));
  });

  it('isActive depends on all ancestors', () => {
    const { compiled } = compileSpace({ m: oneOf({ a: { k: oneOf({ p: { x: int(0, 1) }, q: {} }) }, b: {} }) });
    const active = (x: number[]) => compiled.params.map((_, i) => isActive(compiled, i, x));
    expect(active([0, 0, 1])).toEqual([true, true, true]);
    expect(active([0, 1, 1])).toEqual([true, true, false]);
    expect(active([1, 0, 1])).toEqual([true, false, false]);
    expect(active([Number.NaN, 0, 1])).toEqual([true, false, false]);
  });
});

describe('invalid spaces are rejected', () => {
  const cases: readonly (readonly [make: () => unknown, ...words: string[]])[] = [
    [() => compileSpace(null as never), 'null', '{ x: float(0, 1) }'],
    [() => compileSpace(5 as never), 'not 5'],
    [() => compileSpace([float(0, 1)] as never), 'A space must be an object'],
    [() => compileSpace(float(0, 1) as never), 'under a name'],
    [() => compileSpace(group({ x: float(0, 1) }) as never), 'under a name'],
    [() => compileSpace({ type: float(0, 1) }), '"type"', 'reserved', 'another name'],
    [() => compileSpace({ g: group({ type: float(0, 1) }) }), '"g.type"', 'reserved'],
    [() => compileSpace({ m: oneOf({ a: { type: float(0, 1) } }) }), '"m.a.type"', 'reserved'],
    [() => compileSpace({ '': float(0, 1) }), 'empty name'],
    [() => compileSpace(JSON.parse('{"__proto__":{"kind":"int","low":0,"high":1}}') as never), '"__proto__"'],
    [() => compileSpace({ 'g.x': float(0, 1), g: group({ x: float(0, 1) }) }), '"g.x"', 'Rename'],
    [() => compileSpace({ m: oneOf({ a: { x: int(0, 1) } }), 'm.a.x': int(0, 1) }), '"m.a.x"', 'Rename'],
    [() => compileSpace({ m: oneOf({ 'a.b': { x: int(0, 1) }, a: { b: group({ x: int(0, 1) }) } }) }), '"m.a.b.x"'],
    [() => compileSpace({ x: { low: 0, high: 1 } } as never), 'Field "x"', 'float()'],
    [() => compileSpace({ x: 5 } as never), 'Field "x"', 'not 5'],
    [() => compileSpace({ x: null } as never), 'Field "x"', 'null'],
    [() => compileSpace({ x: undefined } as never), 'Field "x"', 'undefined'],
    [() => compileSpace({ x: { y: float(0, 1) } } as never), 'Field "x"'],
    [() => compileSpace({ x: { kind: 'int', low: 5, high: 1 } } as never), 'Field "x"', 'low 5', 'Swap'],
    [() => compileSpace({ ['n'.repeat(513)]: int(0, 1) }), '512 characters', 'Shorten'],
    [() => compileSpace({ g: { kind: 'group' } } as never), '"g"', 'undefined'],
    [() => compileSpace({ m: { kind: 'oneOf' } } as never), '"m"', 'undefined'],
    [() => compileSpace({ m: { kind: 'oneOf', branches: {} } } as never), '"m"', 'one branch'],
    [() => compileSpace({ kind: 'where', fields: null, conditions: [] } as never), 'null'],
    [() => compileSpace({ m: oneOf({ a: float(0, 1) } as never) }), '"m.a"', 'object of fields'],
    [() => compileSpace({ m: oneOf({ a: null } as never) }), '"m.a"', 'null'],
    [() => oneOf({}), 'one branch'],
    [() => oneOf([] as never), 'one branch'],
    [() => oneOf(null as never), 'null'],
    [() => oneOf('svm' as never), '"svm"'],
    [() => group(null as never), 'null'],
    [() => group([] as never), '[]'],
  ];

  it.each(cases)('%s', async (...row) => {
    const [make, ...words] = row as unknown as (typeof cases)[0];
    const error = await refused('invalid-space', make);
    for (const word of words) expect(error.message).toContain(word);
  });

  it('a name of 512 characters is allowed', () => {
    expect(flat({ ['ö'.repeat(512)]: int(0, 1) })).toHaveLength(1);
  });
});

describe('the id of a space', () => {
  const id = (space: Parameters<typeof compileSpace>[0]): string => compileSpace(space).compiled.id;

  it('is the same for the same parameters, however they are declared', () => {
    expect(id({ x: float(0, 1), g: group({ y: int(0, 3) }) })).toBe(id({ x: float(0, 1), 'g.y': int(0, 3) }));
    expect(id({ x: { high: 1, low: 0, kind: 'float' } } as never)).toBe(id({ x: float(0, 1) }));
    expect(id(where({ x: float(0, 1) }, 'x > 0'))).toBe(id(where({ x: float(0, 1) }, 'x > 0')));
  });

  it('differs between different spaces', () => {
    const spaces = [
      { x: float(0, 1) },
      { y: float(0, 1) },
      { x: float(0, 2) },
      { x: float(0, 1, { step: 0.5 }) },
      { x: float(0.5, 1, { log: true }) },
      { x: float(0.5, 1) },
      { x: int(0, 1) },
      { x: categorical([0, 1]) },
      { x: categorical(['0', '1']) },
      { x: categorical([null]) },
      { x: categorical([Number.NaN]) },
      { x: categorical([Number.POSITIVE_INFINITY]) },
      { x: categorical(['Infinity']) },
      { x: float(0, 1), y: float(0, 1) },
      { y: float(0, 1), x: float(0, 1) },
      { x: oneOf({ a: { y: int(0, 1) }, b: {} }) },
      { x: oneOf({ a: {}, b: { y: int(0, 1) } }) },
      { x: categorical(['a', 'b']), 'x.a.y': int(0, 1) },
      {},
      where({ x: float(0, 1) }, 'x > 0'),
      where({ x: float(0, 1) }, 'x > 0.5'),
      where({ x: float(0, 1) }, () => true),
      where(
        { x: float(0, 1) },
        () => true,
        () => true,
      ),
    ];
    expect(new Set(spaces.map((space) => id(space))).size).toBe(spaces.length);
  });

  it('is a function of the parameters (property)', () => {
    const plain = arbitrarySpace({ constraints: false });
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const text = (space: typeof a) => JSON.stringify(compileSpace(space).compiled.params);
        expect(id(a) === id(b)).toBe(text(a) === text(b));
        expect(id({ ...a } as typeof a)).toBe(id(a));
      }),
    );
  });

  it('differs between declared and observed spaces', () => {
    const params = [{ name: 'x', dist: float(0, 1) }];
    const observed = observedSpace(params);
    expect(observed).toMatchObject({ origin: 'observed', params: [{ ...params[0], when: null }], allows: null });
    expect(observed.id).toBe(observedSpace(params).id);
    expect(observed.id).not.toBe(id({ x: float(0, 1) }));
  });
});
