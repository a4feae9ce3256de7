import { compileSpace, createStudy, float, oneOf } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { Leaves } from './leaves.ts';
import { ownRecipe } from './recipe.ts';
import { TpeSampler } from './sampler.ts';
import { standingOf } from './standing.ts';

const space = {
  shared: float(0, 1),
  kind: oneOf({ a: { x: float(0, 1) }, b: { deep: oneOf({ on: { y: float(0, 1) }, off: {} }) } }),
};
const { compiled } = compileSpace(space);
const at = (name: string) => compiled.params.findIndex((param) => param.name === name);
const options = { recipe: ownRecipe(1), candidates: 24, multivariate: true, seed: 1 };

/** A point on one path through the branches. */
function path(kind: number, deep = Number.NaN): Float64Array {
  const x = new Float64Array(compiled.params.length).fill(Number.NaN);
  x[at('kind')] = kind;
  x[at('kind.b.deep')] = deep;
  return x;
}

describe('Leaves', () => {
  it('learn from the trials on the same path', async () => {
    const study = await createStudy({ space, seed: 1, sampler: new TpeSampler({ startupTrials: 1000 }) });
    await study.optimize(({ params }) => params.shared, { trials: 60 });
    const trials = await study.trials();
    const { history } = study;
    const leaves = new Leaves(compiled, 1, options);
    const rows = [...history.finished];
    for (const row of rows)
      leaves.absorb(row, history, standingOf(row, history) as NonNullable<ReturnType<typeof standingOf>>);
    const copy = leaves.clone();
    const took = (kind: string, deep?: string) =>
      trials.filter(({ flatParams }) => flatParams['kind'] === kind && flatParams['kind.b.deep'] === deep);
    const paths = [
      [path(0), took('a'), ['shared', 'kind.a.x']],
      [path(1, 0), took('b', 'on'), ['shared', 'kind.b.deep.on.y']],
      [path(1, 1), took('b', 'off'), ['shared']],
    ] as const;
    for (const [x, same, names] of paths) {
      expect(same.length).toBeGreaterThan(3);
      expect(leaves.find(x)?.block.names).toEqual(names);
      expect(leaves.find(x)?.block.total).toBe(same.length);
      expect(copy.find(x)?.block.total).toBe(same.length);
      expect([...leaves.onSamePath(x, Int32Array.from(rows), history)].sort((a, b) => a - b)).toEqual(
        same.map(({ number }) => number),
      );
    }
  });

  it('model the interaction of shared and branch-local parameters', async () => {
    let best = 0;
    for (let seed = 0; seed < 5; seed++) {
      const study = await createStudy({ space, seed, sampler: new TpeSampler() });
      // One branch has a narrow diagonal valley.
      await study.optimize(
        ({ params: { shared, kind } }) =>
          kind.type === 'a' ? 30 * (shared - kind.x) ** 2 + (shared - 0.8) ** 2 : 1 + shared,
        { trials: 150 },
      );
      best += ((await study.bestValue()) ?? 1) / 5;
    }
    expect(best).toBeLessThan(0.001);
  });
});
