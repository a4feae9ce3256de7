import {
  createStudy,
  type Json,
  MemoryStorage,
  RandomSampler,
  restoreSampler,
  type Sampler,
  type Trial,
} from 'asktell';

/** A measurement of a whole search in memory. */
export interface SearchTask {
  readonly kind: 'search';
  /** Registry name of the sampler. */
  readonly sampler: string;
  readonly options: Json;
  readonly trials: number;
  readonly dimensions: number;
  /** If true: 3/8 floats, 1/8 logarithmic floats, 1/4 ints, 1/4 categoricals with four choices. Otherwise floats only. */
  readonly mixed: boolean;
  readonly objectives: number;
  readonly runs: number;
}

/** A measurement of an ask with its suggests and its tell, after each of several numbers of finished trials. */
export interface AskCostTask {
  readonly kind: 'ask-cost';
  readonly sampler: string;
  readonly finished: readonly number[];
  readonly dimensions: number;
  readonly asks: number;
}

const choices = ['a', 'b', 'c', 'd'];

function samplerOf(name: string, options: Json): Sampler {
  return restoreSampler({ name, version: 1, options });
}

/** Measures the seconds of each run. The JIT is cold in the first run. The objective is define-by-run, as in the peers. */
export async function search(task: SearchTask): Promise<number[]> {
  const { sampler, options, trials, dimensions, mixed, objectives, runs } = task;
  const seconds: number[] = [];
  for (let seed = 0; seed < runs; seed++) {
    const study = await createStudy({
      storage: new MemoryStorage(),
      sampler: samplerOf(sampler, options),
      directions: Array<'minimize'>(objectives).fill('minimize'),
      seed,
    });
    const started = performance.now();
    await study.optimize(spheres(dimensions, mixed, objectives), { trials });
    seconds.push((performance.now() - started) / 1000);
  }
  return seconds;
}

/** Measures the milliseconds of an ask after each number of random trials. */
export async function askCost({ sampler, finished, dimensions, asks }: AskCostTask): Promise<number[]> {
  const objective = spheres(dimensions, false, 1);
  const times: number[] = [];
  // The first round warms up the JIT.
  for (const after of [...finished, ...finished]) {
    const storage = new MemoryStorage();
    const filled = await createStudy({ name: 'cost', storage, sampler: new RandomSampler(), seed: 1 });
    await filled.optimize(objective, { trials: after });
    const study = await createStudy({ name: 'cost', storage, sampler: samplerOf(sampler, {}), loadIfExists: true });
    await study.optimize(objective, { trials: 5 });
    const started = performance.now();
    await study.optimize(objective, { trials: asks });
    times.push((performance.now() - started) / asks);
  }
  return times.slice(finished.length);
}

/** Objective k is the squared distance from 2k in every coordinate. A choice counts as its index. */
function spheres(dimensions: number, mixed: boolean, objectives: number): (trial: Trial) => [number] {
  const names = Array.from({ length: dimensions }, (_, i) => `x${i}`);
  const eighth = mixed ? dimensions / 8 : dimensions;
  const suggest = (trial: Trial, name: string, i: number): number => {
    if (i < 3 * eighth) return trial.suggestFloat(name, -10, 10);
    if (i < 4 * eighth) return trial.suggestFloat(name, 1e-3, 10, { log: true });
    if (i < 6 * eighth) return trial.suggestInt(name, 0, 20);
    return choices.indexOf(trial.suggestCategorical(name, choices));
  };
  return (trial) => {
    const values = Array<number>(objectives).fill(0);
    for (let i = 0; i < dimensions; i++) {
      const x = suggest(trial, names[i] as string, i);
      for (let k = 0; k < objectives; k++) values[k] = (values[k] as number) + (x - 2 * k) ** 2;
    }
    return values as [number]; // as many as there are objectives
  };
}
