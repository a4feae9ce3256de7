import {
  type CompiledSpace,
  cardinality,
  compileSpace,
  float,
  int,
  type Json,
  oneOf,
  rngFor,
  type TrialHistory,
} from '@asktell/core';
import { arbitrarySpace } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SpaceMap } from './space-map.ts';

/** The history of a study with one trial. */
function one(space: CompiledSpace, x: Float64Array, note: Json | undefined): TrialHistory {
  return {
    value: (_row: number, name: string) => x[space.params.findIndex((param) => param.name === name)] ?? Number.NaN,
    note: () => note,
  } as unknown as TrialHistory;
}

function draw(map: SpaceMap, seed: number): { raw: Float64Array; choices: Int32Array } {
  const rng = rngFor(seed, 0, 'draw');
  return {
    raw: Float64Array.from(map.bounded, (bounded) =>
      bounded === 1 ? 1.1 * rng.float() - 0.05 : 1.6 * rng.float() - 0.3,
    ),
    choices: Int32Array.from(map.choices, ({ count }) => rng.int(0, count - 1)),
  };
}

describe('SpaceMap', () => {
  it('reads a drawn point back from its parameters and note', () => {
    fc.assert(
      fc.property(arbitrarySpace({ constraints: false }), fc.nat(), (declared, seed) => {
        const { compiled } = compileSpace(declared);
        const map = new SpaceMap(compiled);
        const { raw, choices } = draw(map, seed);
        const free = new Float64Array(compiled.params.length).fill(Number.NaN);
        const x = map.decode(raw, choices, free);
        const note = map.note(raw, choices, free, x);
        expect(note === undefined ? undefined : JSON.parse(JSON.stringify(note))).toEqual(note);
        const back = { raw: new Float64Array(map.n), choices: new Int32Array(map.choices.length) };
        expect(map.read(0, one(compiled, x, note), back.raw, back.choices)).toBe(true);
        expect(back.choices).toEqual(choices);
        for (const [i, v] of raw.entries()) {
          const { param, discrete } = map.coordinates[i] as SpaceMap['coordinates'][number];
          // Continuous coordinates are recomputed from parameters, which have fewer digits near the ends of a range, and down
          // to one bit below the smallest normal number.
          const { dist } = compiled.params[param] as (typeof compiled.params)[number];
          const tolerance = dist.kind === 'float' && dist.low < 2 ** -1022 && dist.low > 0 ? 5e-3 : 1e-4;
          if (discrete === null) expect(Math.abs((back.raw[i] as number) - v)).toBeLessThan(tolerance);
          else expect(back.raw[i]).toBe(Number.isNaN(x[param]) ? v : discrete.center(discrete.cell(v)));
        }
        const again = map.decode(back.raw, back.choices, free);
        // The unit scale is too coarse for more values.
        for (const [i, { dist, name }] of compiled.params.entries())
          if (dist.kind !== 'float' && cardinality(dist) < 1e12) expect(again[i], name).toBe(x[i]);
      }),
    );
  });

  it('ignores notes that contradict the parameters, and rejects points of other spaces', () => {
    const { compiled } = compileSpace({ n: int(0, 9), m: oneOf({ a: { x: float(0, 1) }, b: { y: int(1, 4) } }) });
    const map = new SpaceMap(compiled);
    const raw = new Float64Array(map.n);
    const choices = new Int32Array(1);
    const x = Float64Array.of(3, 0, 0.25, Number.NaN);
    for (const note of [['n', 0.99], ['n', 'x'], ['z', 1], [1, 2, 3], { n: 0.3 }, 5, ['m', 1], ['x', Number.NaN]]) {
      expect(map.read(0, one(compiled, x, note as Json), raw, choices)).toBe(true);
      expect([...raw].slice(0, 2), JSON.stringify(note)).toEqual([0.35, 0.25]);
      expect(raw[2], 'inactive and unknown').toBeNaN();
      expect(choices[0]).toBe(0);
    }
    expect(map.read(0, one(compiled, x, ['n', 0.31, 'm.a.x', 0.25, 'm.b.y', 0.9]), raw, choices)).toBe(true);
    expect(map.coordinates.map(({ name }) => name)).toEqual(['n', 'm.a.x', 'm.b.y']);
    expect([...raw]).toEqual([0.35, 0.25, 0.9]);
    for (const bad of [
      Float64Array.of(10, 0, 0.25, Number.NaN),
      Float64Array.of(3, 0, Number.NaN, 2),
      Float64Array.of(3, 5, 1, 1),
    ])
      expect(map.read(0, one(compiled, bad, undefined), raw, choices)).toBe(false);
  });

  it('gives fixed values precedence, also for which parameters are active', () => {
    const { compiled } = compileSpace({ n: int(0, 9), m: oneOf({ a: { x: float(0, 1) }, b: { y: int(1, 4) } }) });
    const map = new SpaceMap(compiled);
    const raw = Float64Array.of(0.05, 0.5, 0.6);
    const fixed = Float64Array.of(7, 1, Number.NaN, Number.NaN);
    const x = map.decode(raw, Int32Array.of(0), fixed);
    expect([...x]).toEqual([7, 1, Number.NaN, 3]);
    // The parameters of the trial determine n and y, but not x.
    expect(map.note(raw, Int32Array.of(0), fixed, x)).toEqual(['m.a.x', 0.5]);
  });

  it('divides log ranges like fromUnit', () => {
    const { compiled } = compileSpace({ n: int(1, 300, { log: true }) });
    const [axis] = new SpaceMap(compiled).discrete;
    if (axis === undefined) throw new Error('no axis');
    for (let k = 0; k < 300; k++) {
      expect(axis.cell(axis.center(k))).toBe(k);
      if (k < 299) {
        expect(axis.cell(axis.edge(k) - 1e-9)).toBe(k);
        expect(axis.cell(axis.edge(k) + 1e-9)).toBe(k + 1);
      }
    }
    expect([axis.cell(-5), axis.cell(5)]).toEqual([0, 299]);
  });
});
