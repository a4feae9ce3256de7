// The smallest bundle that runs a study: core and one sampler, in memory.
import { createStudy, float, MemoryStorage } from '@asktell/core';
import { RandomSampler } from '@asktell/sampler-random';

/** Uses the most common features: a space, ask and tell, `optimize`, the best trial. */
export async function run() {
  const space = { x: float(-5, 5) };
  const study = await createStudy({ storage: new MemoryStorage(), sampler: new RandomSampler({ seed: 1 }), space });
  const trial = await study.ask();
  await trial.report(trial.params.x, 0);
  await study.tell(trial, (await trial.shouldPrune()) ? undefined : trial.params.x ** 2);
  await study.optimize((t) => (t.params.x - t.suggestFloat('y', 0, 1)) ** 2, { trials: 20 });
  await study.trials();
  return study.bestTrial();
}
