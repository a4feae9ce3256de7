import { categorical, compileSpace, float, int, oneOf, rngFor } from '@asktell/core';
import { runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GenomeSpace } from '../genome/genome-space.ts';
import { gaussianMutation } from './gaussian.ts';
import { reflect } from './inherit.ts';
import type { Mutation } from './operator.ts';
import { makeMutation } from './operator-options.ts';
import { polynomialMutation } from './polynomial.ts';
import { resetMutation } from './reset.ts';

const mixed = new GenomeSpace(
  compileSpace({
    x: float(-3, 5),
    lr: float(1e-6, 1, { log: true }),
    steps: int(0, 4),
    tail: int(1, 50, { log: true }),
    grid: float(0, 1, { step: 0.1 }),
    act: categorical(['a', 'b', 'c']),
    one: float(2, 2),
    model: oneOf({ svm: { c: float(0, 1), k: categorical([true, false]) }, forest: { n: int(1, 3) }, none: {} }),
  }).compiled,
);
const free = new Float64Array(mixed.size).fill(Number.NaN);

function genome(seed: number): Float64Array {
  const genes = free.slice();
  mixed.complete(genes, free, rngFor(seed, 0, 'genome'));
  return genes;
}

const kinds = [
  ['polynomial', polynomialMutation],
  ['gaussian', gaussianMutation],
  ['reset', (_: number, rate?: number | null) => resetMutation(rate)],
] as const;

/** Results of mutating a continuous gene with rate 1. */
function moves(mutation: Mutation, from: number, count: number): number[] {
  const genes = new GenomeSpace(compileSpace({ x: float(0, 1) }).compiled);
  const rng = rngFor(5, 0, mutation.name);
  return Array.from({ length: count }, () => {
    const child = Float64Array.of(from);
    mutation.mutate(child, genes, rng);
    return child[0] as number;
  });
}

function distance(values: readonly number[], cdf: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  const gaps = sorted.map((x, i) => Math.max(Math.abs(cdf(x) - i / n), Math.abs(cdf(x) - (i + 1) / n)));
  return Math.max(...gaps) * Math.sqrt(n);
}

describe.each(kinds)('mutation %s', (_, make) => {
  it('stays in the unit cube, keeps inactive and constant genes, and changes the value of mutated genes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(0.05, 0.3, 3), (seed, strength) => {
        const before = genome(seed);
        const child = before.slice();
        make(strength, 1).mutate(child, mixed, rngFor(seed, 1, 'x'));
        const [was, is] = [
          mixed.decode(before, new Float64Array(mixed.size)),
          mixed.decode(child, new Float64Array(mixed.size)),
        ];
        for (const [i, { name, dist }] of mixed.space.params.entries()) {
          if (Number.isNaN(before[i])) expect(child[i], name).toBeNaN();
          else if (name === 'one') expect(child[i]).toBe(before[i]);
          else {
            expect((child[i] as number) >= 0 && (child[i] as number) <= 1, name).toBe(true);
            if (dist.kind !== 'float' || dist.step !== null) expect(is[i], name).not.toBe(was[i]);
          }
        }
      }),
      { numRuns: runs(300) },
    );
  });

  it('changes one gene on average, and none at rate 0', () => {
    let changed = 0;
    for (let seed = 0; seed < 3000; seed++) {
      const before = genome(seed);
      const child = before.slice();
      make(0.3, null).mutate(child, mixed, rngFor(seed, 1, 'x'));
      changed += child.filter((u, i) => !Object.is(u, before[i])).length;
      const same = before.slice();
      make(0.3, 0).mutate(same, mixed, rngFor(seed, 1, 'x'));
      expect(same).toEqual(before);
    }
    expect(Math.abs(changed / 3000 - 1)).toBeLessThan(0.06);
  });

  it('draws the other choices with equal probability', () => {
    const genes = new GenomeSpace(compileSpace({ c: categorical(['a', 'b', 'c', 'd']) }).compiled);
    const rng = rngFor(3, 0, 'x');
    const counts = [0, 0, 0, 0];
    for (let k = 0; k < 6000; k++) {
      const child = Float64Array.of(0.375);
      make(0.3, 1).mutate(child, genes, rng);
      counts[Math.floor((child[0] as number) * 4)]!++;
    }
    expect(counts[1]).toBe(0);
    expect([0, 2, 3].reduce((sum, k) => sum + ((counts[k] as number) - 2000) ** 2 / 2000, 0)).toBeLessThan(13.8);
  });

  it('is recreated from its config', () => {
    const mutation = make(0.3, 0.5);
    const again = makeMutation('Test', JSON.parse(JSON.stringify(mutation.config)));
    expect([again.name, again.config]).toEqual([mutation.name, mutation.config]);
    expect(moves(again, 0.4, 20)).toEqual(moves(mutation, 0.4, 20));
  });

  it('golden sequence', () => {
    const child = genome(1);
    make(5, 1).mutate(child, mixed, rngFor(2, 0, 'golden'));
    expect([...child].map((u) => Number(u.toPrecision(12)))).toMatchSnapshot();
  });
});

describe('polynomial', () => {
  it.each([
    [20, 0.5],
    [5, 0.2],
    [1, 0],
    [20, 1],
  ])('has its density (eta %d at %d), half down and half up', (eta, from) => {
    // P(move down by more than q) = ½ ((1 − q)^(η+1) − (1 − x)^(η+1)) / (1 − (1 − x)^(η+1)), truncated at the bound.
    const tail = (q: number, room: number): number => {
      const end = (1 - room) ** (eta + 1);
      return room === 0 ? 0 : (0.5 * ((1 - q) ** (eta + 1) - end)) / (1 - end);
    };
    const values = moves(polynomialMutation(eta, 1), from, 20_000);
    const cdf = (x: number): number => (x < from ? tail(from - x, from) : 1 - tail(x - from, 1 - from));
    // At a bound, the draws towards it do not move, so each side is compared separately.
    for (const [side, room] of [
      [values.filter((x) => x < from), from],
      [values.filter((x) => x > from), 1 - from],
    ] as const) {
      if (room === 0) expect(side).toEqual([]);
      else {
        expect(Math.abs(side.length / values.length - 0.5)).toBeLessThan(0.015);
        expect(distance(side, (x) => (x < from ? 2 * cdf(x) : 2 * cdf(x) - 1))).toBeLessThan(1.95);
      }
    }
  });
});

describe('gaussian', () => {
  it('is normal, symmetric and reflected', () => {
    const values = moves(gaussianMutation(0.05, 1), 0.5, 20_000);
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / values.length);
    expect(Math.abs(deviation - 0.05)).toBeLessThan(0.001);
    expect(Math.abs(values.filter((x) => x < 0.5).length / values.length - 0.5)).toBeLessThan(0.012);
    const wide = moves(gaussianMutation(50, 1), 0.3, 20_000);
    expect(distance(wide, (x) => x)).toBeLessThan(1.95); // Reflection makes a very wide normal distribution uniform.
  });
});

describe('reset', () => {
  it('is uniform', () => {
    expect(distance(moves(resetMutation(1), 0.1, 20_000), (x) => x)).toBeLessThan(1.95);
  });
});

it('reflect reflects any finite number into [0, 1]', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (u) => {
      const folded = reflect(u);
      expect(folded >= 0 && folded <= 1).toBe(true);
      expect(reflect(folded)).toBe(folded);
    }),
  );
  expect([-0.25, 0, 0.3, 1, 1.25, 2, 2.25, -1.5].map(reflect)).toEqual([0.25, 0, 0.3, 1, 0.75, 0, 0.25, 0.5]);
});
