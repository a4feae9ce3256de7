import { categorical, compileSpace, float, oneOf, rngFor } from '@asktell/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GenomeSpace } from '../genome/genome-space.ts';
import { type Attempt, LShade, smallestPopulation } from './l-shade.ts';

function plain(size: number): GenomeSpace {
  const fields = Object.fromEntries(Array.from({ length: size }, (_, i) => [`x${i}`, float(0, 1)]));
  return new GenomeSpace(compileSpace(fields).compiled);
}

interface Run {
  readonly size?: number;
  readonly slots?: number;
  readonly trials: number;
  /** Number of pending measurements. */
  readonly pending?: number;
  readonly seed?: number;
  readonly shrinks?: boolean;
}

/** Minimizes a function and returns the best loss and all vectors. */
function minimize(loss: (x: Float64Array) => number, run: Run): { best: number; vectors: Float64Array[] } {
  const { size = 5, slots = 15, trials, pending = 1, seed = 1, shrinks = true } = run;
  const optimizer = new LShade({ slots, best: 0.11, archive: 1, memory: 6 });
  const genes = plain(size);
  const vectors: Float64Array[] = [];
  const open: { attempt: Attempt | null; vector: Float64Array }[] = [];
  let best = Number.POSITIVE_INFINITY;
  const order = rngFor(seed, 0, 'order');
  for (let number = 0; number < trials || open.length > 0; ) {
    if (number < trials && open.length < pending) {
      const rng = rngFor(seed, number, 'vector');
      const vector = new Float64Array(size);
      const now = shrinks ? Math.round(slots + (smallestPopulation - slots) * (number / trials)) : slots;
      const attempt = optimizer.size === slots ? optimizer.propose(number, now, genes, 0, rng, vector) : null;
      if (attempt === null) for (let i = 0; i < size; i++) vector[i] = rng.float();
      vectors.push(vector);
      open.push({ attempt, vector });
      number++;
    } else {
      const [{ attempt, vector }] = open.splice(order.int(0, open.length - 1), 1) as [(typeof open)[0]];
      const merit = { tier: 0, loss: loss(vector) };
      best = Math.min(best, merit.loss);
      if (attempt === null) optimizer.add(vector, merit);
      else optimizer.tell(attempt, vector, merit);
    }
  }
  return { best, vectors };
}

const sphere = (x: Float64Array): number => x.reduce((sum, u) => sum + (u - 0.7) ** 2, 0);
/** Rosenbrock function with minimum 0 at 0.6. */
function rosenbrock(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [10 * (x[i] as number) - 5, 10 * (x[i + 1] as number) - 5];
    sum += 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  }
  return sum;
}

describe('L-SHADE', () => {
  it.each([
    ['sphere', sphere, 1500, 1e-6],
    ['rosenbrock', rosenbrock, 4000, 1e-2],
  ])('finds the minimum of the %s function for four of five seeds', (_, loss, trials, bound) => {
    const bests = [1, 2, 3, 4, 5].map((seed) => minimize(loss, { trials, seed }).best);
    expect(bests.filter((best) => best < bound).length, String(bests)).toBeGreaterThanOrEqual(4);
  });

  it('finds the minimum with 7 pending measurements in any order', () => {
    const bests = [1, 2, 3, 4, 5].map((seed) => minimize(sphere, { trials: 1500, pending: 7, seed }).best);
    expect(bests.filter((best) => best < 1e-6).length, String(bests)).toBeGreaterThanOrEqual(4);
  });

  it('stays in the unit cube if the optimum is a corner', () => {
    const corner = (x: Float64Array): number => x.reduce((sum, u) => sum - u, 0);
    const { best, vectors } = minimize(corner, { trials: 600 });
    expect(vectors.every((vector) => vector.every((u) => u >= 0 && u <= 1))).toBe(true);
    expect(best).toBeLessThan(-4.9);
  });

  it('works in one dimension and in 200, with the smallest population, and on a plateau', () => {
    expect(minimize(sphere, { size: 1, trials: 200 }).best).toBeLessThan(1e-6);
    expect(minimize(sphere, { size: 200, trials: 60, slots: 4 }).vectors.length).toBe(60);
    const flat = minimize(() => 1, { trials: 200 });
    expect(flat.vectors.every((vector) => vector.every((u) => u >= 0 && u <= 1))).toBe(true);
  });

  it('challenges every slot in turn while the population keeps its size', () => {
    const optimizer = new LShade({ slots: 6, best: 0.11, archive: 1, memory: 6 });
    for (let k = 0; k < 6; k++) optimizer.add(Float64Array.of(k / 6, 0.5), { tier: 0, loss: (k * 5) % 6 });
    const slots = Array.from({ length: 12 }, (_, turn) => {
      return optimizer.propose(turn, 6, plain(2), 0, rngFor(turn, 0, 'x'), new Float64Array(2)).slot;
    });
    expect(slots).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    // The losses are 0 5 4 3 2 1, so the best four slots are 0, 3, 4, 5.
    const best = Array.from({ length: 4 }, (_, turn) => {
      return optimizer.propose(turn, 4, plain(2), 0, rngFor(turn, 0, 'x'), new Float64Array(2)).slot;
    });
    expect(best).toEqual([0, 3, 4, 5]);
  });

  it('replaces the current vector of a slot that is not better, or the worst vector for other trials', () => {
    const optimizer = new LShade({ slots: 4, best: 1, archive: 0, memory: 1 });
    [4, 3, 2, 1].forEach((loss, k) => {
      optimizer.add(Float64Array.of(k / 10), { tier: 0, loss });
    });
    const attempt = (slot: number): Attempt => ({ slot, f: 0.5, cr: 0.5, size: 4 });
    /** Whether a slot contains the vector `u`. Constant genes are copied from the target, so proposals show the slots. */
    const isMember = (u: number): boolean => {
      const seen = new Set<number>();
      for (let turn = 0; turn < 400; turn++) {
        const genes = { size: 1, kind: Uint8Array.of(2), moved: () => 0, otherChoice: () => 0 };
        const trial = new Float64Array(1);
        optimizer.propose(turn, 4, genes, 0, rngFor(turn, 0, 'x'), trial);
        seen.add(trial[0] as number);
      }
      return seen.has(u);
    };
    optimizer.tell(attempt(0), Float64Array.of(0.91), { tier: 0, loss: 5 });
    expect([isMember(0), isMember(0.91)]).toEqual([true, false]);
    optimizer.tell(attempt(0), Float64Array.of(0.92), { tier: 0, loss: 4 });
    expect([isMember(0), isMember(0.92)]).toEqual([false, true]);
    optimizer.tell(attempt(0), Float64Array.of(0.93), { tier: 0, loss: 3.5 });
    optimizer.tell(attempt(0), Float64Array.of(0.94), { tier: 0, loss: 3.75 }); // late, after the slot has improved
    expect([isMember(0.93), isMember(0.94)]).toEqual([true, false]);
    optimizer.tell(attempt(0), Float64Array.of(0.95), null);
    optimizer.tell(attempt(0), Float64Array.of(0.96), { tier: 3, loss: -1 });
    optimizer.add(Float64Array.of(0.97), { tier: 0, loss: 3.6 });
    expect([isMember(0.95), isMember(0.96), isMember(0.97)]).toEqual([false, false, false]);
    optimizer.add(Float64Array.of(0.98), { tier: 0, loss: 2.5 });
    expect([isMember(0.93), isMember(0.98)]).toEqual([false, true]);
  });

  it('proposes from four vectors on, and fills the free slots with measurements', () => {
    const optimizer = new LShade({ slots: 6, best: 0.11, archive: 1, memory: 6 });
    for (let k = 0; k < 4; k++) optimizer.add(Float64Array.of(k / 10, 0.5), { tier: 0, loss: k });
    const vector = new Float64Array(2);
    const attempt = (turn: number, size: number): Attempt =>
      optimizer.propose(turn, size, plain(2), 0, rngFor(turn, 0, 'x'), vector);
    expect([0, 1, 2, 3, 4].map((turn) => attempt(turn, 4).slot)).toEqual([0, 1, 2, 3, 0]);
    optimizer.tell(attempt(1, 4), Float64Array.of(0.9, 0.9), { tier: 0, loss: 9 }); // worse, but takes a free slot
    optimizer.tell(attempt(2, 4), Float64Array.of(0.8, 0.8), null);
    expect(optimizer.size).toBe(5);
    optimizer.tell(attempt(3, 5), Float64Array.of(0.7, 0.7), { tier: 0, loss: -1 });
    expect(optimizer.size).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map((turn) => attempt(turn, 6).slot)).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('takes choices from its vectors, or other choices with reset, and keeps genes of branches in bounds', () => {
    const { compiled } = compileSpace({
      c: categorical(['a', 'b', 'c', 'd', 'e']),
      m: oneOf({ s: { u: float(0, 1) }, t: { v: float(0, 1) } }),
    });
    const genes = new GenomeSpace(compiled);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const optimizer = new LShade({ slots: 5, best: 0.5, archive: 1, memory: 2 });
        const rng = rngFor(seed, 0, 'x');
        const points = Array.from({ length: 5 }, (_, k) => {
          const isS = rng.float() < 0.5;
          const point = Float64Array.of(
            rng.float() < 0.5 ? 0.1 : 0.3,
            isS ? 0.25 : 0.75,
            isS ? rng.float() : Number.NaN,
            isS ? Number.NaN : rng.float(),
          );
          optimizer.add(point, { tier: 0, loss: k });
          return point;
        });
        const trial = new Float64Array(4);
        for (let turn = 0; turn < 10; turn++) {
          optimizer.propose(turn, 5, genes, 0, rng, trial);
          for (const j of [0, 1]) expect(points.map((point) => point[j])).toContain(trial[j]);
          for (const j of [2, 3])
            expect(Number.isNaN(trial[j]) || ((trial[j] as number) >= 0 && (trial[j] as number) <= 1)).toBe(true);
        }
      }),
    );
    const optimizer = new LShade({ slots: 4, best: 0.5, archive: 1, memory: 2 });
    for (let k = 0; k < 4; k++) optimizer.add(Float64Array.of(0.1, 0.25, 0.5, Number.NaN), { tier: 0, loss: k });
    const seen = new Set<number>();
    for (let turn = 0; turn < 300; turn++) {
      const trial = new Float64Array(4);
      optimizer.propose(turn, 4, genes, 0.5, rngFor(turn, 0, 'x'), trial);
      seen.add(Math.floor((trial[0] as number) * 5));
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it('clones independently', () => {
    const optimizer = new LShade({ slots: 6, best: 0.2, archive: 1, memory: 3 });
    const rng = rngFor(3, 0, 'x');
    for (let k = 0; k < 6; k++) optimizer.add(Float64Array.of(rng.float(), rng.float()), { tier: 0, loss: k });
    const ask = (from: LShade, turn: number): unknown => {
      const trial = new Float64Array(2);
      return [from.propose(turn, 6, plain(2), 0, rngFor(turn, 1, 'x'), trial), [...trial]];
    };
    const copy = optimizer.clone();
    const before = [0, 1, 2, 3].map((turn) => ask(optimizer, turn));
    expect([0, 1, 2, 3].map((turn) => ask(copy, turn))).toEqual(before);
    for (let k = 0; k < 12; k++) {
      copy.tell({ slot: k % 6, f: 0.9, cr: 0.9, size: 6 }, Float64Array.of(0.1, 0.1), { tier: 0, loss: -k });
    }
    expect([0, 1, 2, 3].map((turn) => ask(optimizer, turn))).toEqual(before);
  });

  it('golden sequence', () => {
    const { vectors } = minimize(sphere, { size: 2, slots: 5, trials: 24, pending: 3, seed: 9 });
    expect(vectors.slice(-6).map((vector) => [...vector].map((u) => Number(u.toPrecision(10))))).toMatchSnapshot();
  });
});
