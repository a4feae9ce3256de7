import { createStudy, MemoryStorage, registry, restoreSampler, type Trial } from 'asktell';

/** A whole search in memory, by a sampler with its default options. */
export interface SearchTask {
  readonly kind: 'search';
  /** Its name in the registry. */
  readonly sampler: string;
  readonly trials: number;
  readonly dimensions: number;
  readonly objectives: number;
  readonly runs: number;
}

/** Seconds of each run, the first one with a cold compiler. Define-by-run, as the peers do it. */
export async function search({ sampler, trials, dimensions, objectives, runs }: SearchTask): Promise<number[]> {
  const seconds: number[] = [];
  for (let seed = 0; seed < runs; seed++) {
    const study = await createStudy({
      storage: new MemoryStorage(),
      sampler: restoreSampler({ name: sampler, version: 1, options: {} }, registry),
      directions: Array<'minimize'>(objectives).fill('minimize'),
      seed,
    });
    const started = performance.now();
    await study.optimize(spheres(dimensions, objectives), { trials });
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}

/** Squared distances from 0, from 2, … in every coordinate. */
function spheres(dimensions: number, objectives: number): (trial: Trial) => number[] {
  const names = Array.from({ length: dimensions }, (_, i) => `x${i}`);
  return (trial) => {
    const values = Array<number>(objectives).fill(0);
    for (const name of names) {
      const x = trial.suggestFloat(name, -10, 10);
      for (let k = 0; k < objectives; k++) values[k] = (values[k] as number) + (x - 2 * k) ** 2;
    }
    return values;
  };
}
