import { createStudy, float, MemoryStorage, rngFor } from '@asktell/core';
import { describe, expect, it } from 'vitest';
import { GpSampler } from '../sampler.ts';

const lucky = 0.9;
const best = 0.3;

/** A shallow bowl. */
const bowl = (x: number): number => 0.5 * (x - best) ** 2;

/** Where arms propose after 40 noisy values, the lowest of which is a lucky one far from the minimum. */
async function proposals(deviation: number): Promise<number[]> {
  const study = await createStudy({
    storage: new MemoryStorage(),
    sampler: new GpSampler(),
    space: { x: float(0, 1) },
    seed: 3,
  });
  const noise = rngFor(5, 0, 'noise');
  const told = (x: number): number => (x === lucky ? -0.4 : bowl(x) + deviation * noise.normal());
  for (let i = 0; i < 41; i++) {
    await study.enqueue({ x: i === 40 ? lucky : (i + 0.5) / 40 });
    const trial = await study.ask();
    await study.tell(trial, told(trial.params.x));
  }
  const proposed: number[] = [];
  for (let i = 0; i < 10; i++) {
    const trial = await study.ask();
    proposed.push(trial.params.x);
    await study.tell(trial, told(trial.params.x));
  }
  return proposed;
}

describe('hasNoise', () => {
  it('keeps proposals away from a lucky value', async () => {
    const far = (await proposals(0.1)).filter((x) => Math.abs(x - lucky) < 0.1);
    expect(far.length).toBeLessThanOrEqual(2);
  });

  it('takes a single low value for real if the others are smooth', async () => {
    const near = (await proposals(0)).filter((x) => Math.abs(x - lucky) < 0.1);
    expect(near.length).toBeGreaterThanOrEqual(5);
  });
});
