// Core and one sampler, in memory.
import { createStudy, float, MemoryStorage } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';

/** Runs 200 trials and returns their values. */
export async function values() {
  const space = { x: float(-5, 5) };
  const study = await createStudy({ storage: new MemoryStorage(), sampler: new RandomSampler(), seed: 7, space });
  await study.optimize((trial) => trial.params.x ** 2, { trials: 200 });
  return (await study.trials()).map(({ value }) => value);
}
