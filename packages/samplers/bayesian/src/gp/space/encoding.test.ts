import { categorical, compileSpace, float, int, oneOf } from '@asktell/core';
import { arbitrarySpace } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Encoding } from './encoding.ts';

const fields = {
  lr: float(1e-4, 1, { log: true }),
  depth: int(1, 8),
  batch: categorical([64, 16, 32]),
  model: oneOf({ svm: { c: float(0, 10, { step: 0.5 }) }, forest: { kind: categorical(['a', 'b']) } }),
  fixed: int(3, 3),
};
const encoding = new Encoding(compileSpace(fields).compiled);

describe('Encoding', () => {
  it('has an axis per parameter with several values, and orders choices that are numbers', () => {
    const { params } = encoding.space;
    expect(encoding.axes.map(({ param, kind, cells }) => [params[param]?.name, kind, cells])).toEqual([
      ['lr', 'range', Number.POSITIVE_INFINITY],
      ['depth', 'grid', 8],
      ['batch', 'grid', 3],
      ['model', 'choice', 2],
      ['model.svm.c', 'grid', 21],
      ['model.forest.kind', 'choice', 2],
    ]);
    expect(encoding.numeric).toBe(4);
  });

  it('puts integers and ordered choices at the middle of cells', () => {
    const [, depth, batch] = [0, 1, 2];
    expect(encoding.position(depth as number, 1)).toBeCloseTo(1 / 16, 12);
    expect([0, 1, 2].map((choice) => encoding.position(batch as number, choice))).toEqual([5 / 6, 1 / 6, 1 / 2]);
    expect([0.1, 0.4, 0.9].map((u) => encoding.internal(batch as number, u))).toEqual([1, 2, 0]);
  });

  it('puts the choices that have branches after the others', () => {
    expect(encoding.plainChoices).toBe(1);
    const { axes, axisOf, numeric } = encoding;
    const parents = axes.map(({ parent }) => parent);
    expect(Array.from(axisOf.subarray(numeric), (a) => parents.includes(a))).toEqual([false, true]);
  });

  it('gives inactive axes constant columns', () => {
    const columns = new Float64Array(encoding.columns);
    for (const c of [0.1, 0.9]) {
      encoding.toColumns(Float64Array.of(0.5, 0.5, 0.5, 1, c, 1), 0, columns, 0);
      expect([...columns]).toEqual([0.5, 0.5, 0.5, 0.5, 1, 1]);
      encoding.toColumns(Float64Array.of(0.5, 0.5, 0.5, 0, c, 1), 0, columns, 0);
      expect([...columns]).toEqual([0.5, 0.5, 0.5, c, -1, 0]);
    }
  });

  it('marks the study in a last column if there are earlier ones', () => {
    const taught = new Encoding(encoding.space, true);
    const columns = new Float64Array(taught.columns);
    taught.toColumns(new Float64Array(6), 0, columns, 0, 2);
    expect(columns.at(-1)).toBe(2);
    taught.toColumns(new Float64Array(6), 0, columns, 0);
    expect(columns.at(-1)).toBe(0);
  });

  it('does not read trials that are not points of the space', () => {
    const design = new Float64Array(6);
    const trial: Record<string, number> = { lr: 0.1, depth: 2, batch: 1, model: 0, 'model.svm.c': 2, fixed: 3 };
    const read = (changes: Record<string, number>): boolean =>
      encoding.readTrial((name) => ({ ...trial, ...changes })[name] ?? Number.NaN, design);
    expect(read({})).toBe(true);
    expect(read({ model: 1, 'model.forest.kind': 1 })).toBe(true);
    for (const changes of [{ lr: 2 }, { depth: 9 }, { batch: 3 }, { model: 1 }, { 'model.svm.c': -1 }])
      expect(read(changes)).toBe(false);
  });

  it('converts every point of every space to a design and back', () => {
    fc.assert(
      fc.property(
        arbitrarySpace(),
        fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })),
        (space, draws) => {
          const { compiled } = compileSpace(space);
          const any = new Encoding(compiled);
          const design = new Float64Array(any.axes.length);
          any.axes.forEach(({ kind, cells }, a) => {
            const u = draws.next().value as number;
            design[a] = kind === 'choice' ? Math.floor(u * cells) : any.snap(a, u);
          });
          const x = new Float64Array(compiled.params.length);
          any.toInternal(design, 0, x);
          const again = new Float64Array(any.axes.length);
          const indexes = new Map(compiled.params.map(({ name }, i) => [name, i]));
          expect(any.readTrial((name) => x[indexes.get(name) as number] as number, again)).toBe(true);
          const y = new Float64Array(x.length);
          any.toInternal(again, 0, y);
          x.forEach((value, i) => {
            if (Number.isNaN(value)) expect(y[i]).toBeNaN();
            else expect(Math.abs((y[i] as number) - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value) + 1e-300);
          });
        },
      ),
    );
  });
});
