import { categorical, createStudy, float, MemoryStorage } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { GpSampler } from '../sampler.ts';

const kind = categorical(['a', 'b', 'c', 'd', 'e']);
const space = { x: float(-2, 2), y: float(-2, 2), z: float(-2, 2), k: kind, l: kind, m: kind, n: kind };

describe('effects of choices', () => {
  it.each([1, 2, 3, 4])('find the choices of a separable objective (seed %i)', async (seed) => {
    const study = await createStudy({ storage: new MemoryStorage(), sampler: new GpSampler(), space, seed });
    const cost = (choice: string, best: string): number => (choice === best ? 0 : 0.2 + 0.1 * 'abcde'.indexOf(choice));
    await study.optimize(
      ({ params: { x, y, z, k, l, m, n } }) =>
        (x - 1) ** 2 + 2 * (y + 0.5) ** 2 + 4 * z ** 2 + cost(k, 'b') + cost(l, 'c') + cost(m, 'd') + cost(n, 'b'),
      { trials: 60 },
    );
    const { k, l, m, n } = (await study.best()).params;
    expect([k, l, m, n]).toEqual(['b', 'c', 'd', 'b']);
  });
});
