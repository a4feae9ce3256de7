import { type Rng, rngFor } from '@asktell/core';
import { runs } from '@asktell/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chain, type ChainPoint } from './chain.ts';

type Gradient = (u: Float64Array) => number[];
interface Task {
  readonly f: (u: Float64Array) => number;
  readonly gradient: Gradient;
  readonly start: readonly number[];
  readonly lower?: number;
  readonly upper?: number;
}

const unitBox = (n: number, lower = 0, upper = 1) => ({
  lower: new Float64Array(n).fill(lower),
  upper: new Float64Array(n).fill(upper),
});

/** Lets a chain descend for at most `steps` steps. */
function descend(task: Task, steps: number, checkStep?: (chain: Chain<ChainPoint>, u: Float64Array) => void) {
  const { f, gradient, start, lower, upper } = task;
  const at = (u: Float64Array, row: number): ChainPoint => {
    return { row, u, g: Float64Array.from(gradient(u)), loss: f(u), error: 0 };
  };
  const chain = new Chain(at(Float64Array.from(start), 0), unitBox(start.length, lower, upper), 0.2, 0.7);
  let taken = 0;
  for (; taken < steps; taken++) {
    const step = chain.next(1);
    if (step === null) break;
    checkStep?.(chain, step.u);
    chain.tell(chain.centre, at(step.u, taken + 1), step.decrease);
  }
  return { chain, taken };
}

/** Σ weight (u - centre)². */
function bowl(weights: readonly number[], centre: readonly number[], start: readonly number[]): Task {
  return {
    f: (u) => u.reduce((sum, x, i) => sum + (weights[i] as number) * (x - (centre[i] as number)) ** 2, 0),
    gradient: (u) => Array.from(u, (x, i) => 2 * (weights[i] as number) * (x - (centre[i] as number))),
    start,
  };
}

const rosenbrock: Task = {
  f: ([x = 0, y = 0]) => (1 - 2 * x) ** 2 + 100 * (2 * y - 4 * x * x) ** 2,
  gradient: ([x = 0, y = 0]) => [-4 * (1 - 2 * x) - 1600 * x * (2 * y - 4 * x * x), 400 * (2 * y - 4 * x * x)],
  start: [0.1, 0.9],
};

const points = (n: number) => fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: n, maxLength: n });

describe('a chain', () => {
  it('finds the minimum of a quadratic in the box, also outside of it', () => {
    const tasks = fc.integer({ min: 1, max: 6 }).chain((n) =>
      fc.record({
        weights: fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: n, maxLength: n }),
        centre: fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true }), { minLength: n, maxLength: n }),
        start: points(n),
      }),
    );
    fc.assert(
      fc.property(tasks, ({ weights, centre, start }) => {
        const { chain } = descend(bowl(weights, centre, start), 60);
        chain.centre.u.forEach((u, i) => {
          expect(Math.abs(u - Math.min(1, Math.max(0, centre[i] as number)))).toBeLessThan(1e-3);
        });
      }),
      { numRuns: runs(100) },
    );
  });

  it('stays in the box and in the trust region, and its best loss never rises', () => {
    fc.assert(
      fc.property(points(2), (start) => {
        let best = Number.POSITIVE_INFINITY;
        descend({ ...rosenbrock, start, lower: 0.05, upper: 0.9 }, 40, (chain, u) => {
          expect(chain.centre.loss).toBeLessThanOrEqual(best);
          best = chain.centre.loss;
          u.forEach((x, i) => {
            expect(x).toBeGreaterThanOrEqual(0.05);
            expect(x).toBeLessThanOrEqual(0.9);
            const from = Math.min(0.9, Math.max(0.05, chain.centre.u[i] as number));
            expect(Math.abs(x - from)).toBeLessThanOrEqual(chain.radius + 1e-12);
          });
        });
      }),
      { numRuns: runs(100) },
    );
  });

  it('follows the valley of Rosenbrock', () => {
    const { chain, taken } = descend(rosenbrock, 60);
    expect(chain.centre.loss).toBeLessThan(1e-6);
    expect(taken).toBeLessThan(60);
    expect(chain.trust).toBeGreaterThan(0.5);
  });

  it('ends at a minimum, and where all derivatives are zero', () => {
    const { chain, taken } = descend(bowl([1, 2], [0.4, 0.6], [0.1, 0.1]), 100);
    expect(taken).toBeLessThan(15);
    expect(chain.next(1)).toBeNull();
    expect(descend({ ...rosenbrock, gradient: () => [0, 0] }, 100).taken).toBe(0);
  });

  it('ends soon with the wrong sign', () => {
    const { f, gradient, start } = bowl([1, 2], [0.4, 0.6], [0.1, 0.3]);
    const { taken } = descend({ f, gradient: (u) => gradient(u).map((g) => -g), start }, 100);
    expect(taken).toBeGreaterThan(0);
    expect(taken).toBeLessThan(4);
  });

  it('ends soon with noise', () => {
    const rng = rngFor(1, 0, 'noise');
    const taken = Array.from({ length: 50 }, () => {
      const noise = {
        ...bowl([1, 1, 1, 1], [0.4, 0.6, 0.5, 0.5], [0.1, 0.3, 0.2, 0.9]),
        gradient: () => normals(rng, 4),
      };
      return descend(noise, 100).taken;
    });
    expect(taken.reduce((sum, count) => sum + count, 0) / taken.length).toBeLessThan(5);
  });

  it('does not move where no derivative is known', () => {
    const task = bowl([1, 1], [0.5, 0.5], [0.1, 0.1]);
    const { chain } = descend({ ...task, gradient: (u) => [task.gradient(u)[0] as number, Number.NaN] }, 30);
    expect(chain.centre.u[1]).toBe(0.1);
    expect(chain.centre.u[0]).toBeCloseTo(0.5, 3);
  });

  it('ends after failures, with ever shorter steps', () => {
    const { chain } = descend(rosenbrock, 0);
    const lengths: number[] = [];
    for (let step = chain.next(1); step !== null; step = chain.next(1)) {
      lengths.push(Math.max(...step.u.map((x, i) => Math.abs(x - (chain.centre.u[i] as number)))));
      chain.fail();
    }
    expect(lengths).toHaveLength(6);
    expect(lengths).toEqual([...lengths].sort((a, b) => b - a));
  });

  it('has copies that do not depend on each other', () => {
    const { chain } = descend(rosenbrock, 5);
    const copy = chain.clone();
    const before = copy.next(1);
    expect(before).toEqual(chain.next(1));
    chain.fail();
    const far = { ...chain.centre, row: 99, u: Float64Array.of(0.9, 0.9), g: Float64Array.of(5, -5), loss: -1 };
    chain.tell(chain.centre, far, 1);
    expect(copy.next(1)).toEqual(before);
    expect(chain.next(1)).not.toEqual(before);
  });
});

function normals(rng: Rng, n: number): number[] {
  return Array.from({ length: n }, () => rng.normal());
}
