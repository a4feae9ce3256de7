import { compileSpace, float } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import type { CmaEs } from './cma-es.ts';
import { Run } from './run.ts';
import { SpaceMap } from './space-map.ts';

/** A run in two dimensions with populations of 6 that started after `begin` trials and has completed 7 generations. */
function longRun(begin: number): { run: Run; finished: number } {
  const map = new SpaceMap(compileSpace({ x: float(0, 1), y: float(0, 1) }).compiled);
  const kind = { lambda: 6, sigma: 0.1, budget: Number.POSITIVE_INFINITY, separable: false, adaptLearningRate: false };
  const run = Run.start(map, kind, Float64Array.of(0.5, 0.5), begin);
  let finished = begin;
  for (let k = 0; k < 42; k++) {
    const angle = 2.4 * k;
    const raw = Float64Array.of(0.5 + 0.1 * Math.cos(angle), 0.5 + 0.1 * Math.sin(angle));
    finished++;
    run.tell(raw, new Int32Array(0), { tier: 0, loss: 10 + (k % 6) }, 0, finished);
  }
  return { run, finished };
}

describe('Run', () => {
  it('determines the age of a trial in generations, and whether another run drew it', () => {
    const { run } = longRun(100);
    const back = [99, 100, 117, 118, 124, 135, 141, 142, 200].map((seen) => run.generationsBack(seen));
    expect(back).toEqual([null, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 4, 3, 2, 1, 0, 0]);
    expect(run.clone().generationsBack(100)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([
    ['moves towards a very late result in the better half', 0, true],
    ['ignores a very late result in the worse half', 13, false],
  ])('%s', (_, loss, moves) => {
    const [{ run, finished }, { run: other }] = [longRun(0), longRun(0)];
    expect(
      run.tell(Float64Array.of(0.9, 0.5), new Int32Array(0), { tier: 0, loss }, Number.POSITIVE_INFINITY, 43),
    ).toBe(null);
    const copy = run.clone();
    for (const each of [run, copy, other]) {
      for (let k = 0; k < 6; k++)
        each.tell(
          Float64Array.of(0.5, 0.4 + k / 30),
          new Int32Array(0),
          { tier: 0, loss: 10 + k },
          0,
          finished + k + 2,
        );
    }
    const x = (each: Run): number => (each.search.gaussian as CmaEs).mean[0] as number;
    expect(run.results).toBe(other.results + 1);
    expect(x(copy)).toBe(x(run));
    if (moves) expect(x(run)).toBeGreaterThan(x(other) + 0.01);
    else expect(x(run)).toBe(x(other));
  });
});
