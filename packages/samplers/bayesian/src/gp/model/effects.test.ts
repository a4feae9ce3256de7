import { categorical, compileSpace, createStudy, float } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { predictValues } from '../predict.ts';
import { GpSampler } from '../sampler.ts';

const kind = categorical(['a', 'b', 'c', 'd']);
const space = { x: float(0, 1), y: float(0, 1), k: kind, l: kind, m: kind };
const cost = (choice: string): number => 0.3 * 'bdac'.indexOf(choice);

describe('effects of choices', () => {
  it('predict combinations of choices that were not tried', async () => {
    const study = await createStudy({ space, seed: 1, sampler: new GpSampler() });
    const letter = (i: number): 'a' | 'b' | 'c' | 'd' => (['a', 'b', 'c', 'd'] as const)[Math.floor(i) % 4] as 'a';
    const truth = (x: number, y: number, ...chosen: string[]): number =>
      chosen.reduce((sum, choice) => sum + cost(choice), 4 * (x - 0.3) ** 2 + 2 * (y - 0.6) ** 2);
    for (let i = 0; i < 40; i++) {
      const params = {
        x: (i * 0.618) % 1,
        y: (i * 0.414) % 1,
        k: letter(i * 0.7),
        l: letter(i * 1.3),
        m: letter(i * 2.9),
      };
      await study.enqueue(params);
      await study.tell(await study.ask(), truth(params.x, params.y, params.k, params.l, params.m));
    }
    const points = Array.from({ length: 64 }, (_, i) => ({
      x: 0.3,
      y: 0.6,
      k: letter(i),
      l: letter(i / 4),
      m: letter(i / 16),
    }));
    const predicted = predictValues(study.history, compileSpace(space).compiled, points);
    let error = 0;
    predicted.forEach(({ mean }, i) => {
      const { x, y, k, l, m } = points[i] as (typeof points)[number];
      error += Math.abs(mean - truth(x, y, k, l, m)) / 64;
    });
    expect(error).toBeLessThan(0.03); // 0.07 without effects
  });
});
