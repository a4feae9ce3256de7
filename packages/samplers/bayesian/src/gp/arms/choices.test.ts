import { categorical, createStudy, float, MemoryStorage } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { GpSampler } from '../sampler.ts';

const space = { x: float(-2, 2), y: float(-2, 2), z: float(-2, 2), kind: categorical(['a', 'b', 'c', 'd', 'e']) };

describe('choicesArm', () => {
  it('proposes other choices than those of the best point', async () => {
    const study = await createStudy({ storage: new MemoryStorage(), sampler: new GpSampler(), space, seed: 2 });
    let best = Number.POSITIVE_INFINITY;
    let kind: unknown;
    let turns = 0;
    for (let n = 0; n < 60; n++) {
      const trial = await study.ask();
      const { params } = trial;
      if ((study.history.note(n) as { readonly arm?: string } | undefined)?.arm === 'choices') {
        turns++;
        expect(params.kind).not.toBe(kind);
      }
      const { x, y, z } = params;
      const value = x ** 2 + 10 * (y - x ** 2) ** 2 + 3 * (z - y) ** 2 + (params.kind === 'd' ? 0 : 1);
      if (value < best) {
        best = value;
        kind = params.kind;
      }
      await study.tell(trial, value);
    }
    expect(turns).toBeGreaterThan(2);
    expect(kind).toBe('d');
  });

  it('takes no turns where all parameters are numbers', async () => {
    const study = await createStudy({
      storage: new MemoryStorage(),
      sampler: new GpSampler(),
      space: { x: float(0, 1), y: float(0, 1) },
      seed: 1,
    });
    await study.optimize(({ params }) => (params.x - 0.2) ** 2 + params.y, { trials: 20 });
    const arms = Array.from({ length: 20 }, (_, n) => (study.history.note(n) as { arm?: string } | undefined)?.arm);
    expect(arms).not.toContain('choices');
  });
});
