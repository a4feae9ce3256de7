// The samplers are in packages that do not depend on each other, so this test is here.

import { expect, it } from 'vitest';
import {
  createStudy,
  float,
  loadStudy,
  MemoryStorage,
  PartialFixedSampler,
  RandomSampler,
  TpeSampler,
} from '../index.ts';

const space = { x: float(-5, 5), y: float(-5, 5), z: float(-5, 5) };
/** With x = 2 the best y is -2 and the best z is 1. */
const loss = ({ x, y, z }: { x: number; y: number; z: number }) => (x + y) ** 2 + (z - x / 2) ** 2;

it('TPE models the other parameters conditionally on the fixed ones', async () => {
  const best = async (base: TpeSampler | RandomSampler) => {
    let sum = 0;
    for (let seed = 0; seed < 4; seed++) {
      const storage = new MemoryStorage();
      const sampler = new PartialFixedSampler({ fixed: { x: 2 }, base });
      const study = await createStudy({ name: 's', storage, sampler, space, seed });
      await study.optimize(({ params }) => loss(params), { trials: 40 });
      const again = await loadStudy({ name: 's', storage });
      expect([again.sampler.name, again.fixed]).toEqual([base.name, { x: 2 }]);
      await again.optimize(({ params }) => loss(params as { x: number; y: number; z: number }), { trials: 30 });
      for (const { params } of await again.trials()) expect((params as { x: number }).x).toBe(2);
      sum += (await again.bestValue()) ?? 1;
    }
    return sum / 4;
  };
  const [tpe, random] = [await best(new TpeSampler()), await best(new RandomSampler())];
  expect(tpe).toBeLessThan(random / 4);
});
