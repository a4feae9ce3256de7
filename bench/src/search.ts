import {
  createStudy,
  type Json,
  MemoryStorage,
  RandomSampler,
  restoreSampler,
  type Sampler,
  type Trial,
} from 'asktell';

/** A whole search in memory. */
export interface SearchTask {
  readonly kind: 'search';
  /** The name under which studies save the sampler, and its options. */
  readonly sampler: string;
  readonly options: Json;
  readonly trials: number;
  readonly dimensions: number;
  /** `mixed`: three eighths floats, an eighth logarithmic ones, a quarter ints, a quarter choices of four; else floats only. */
  readonly mixed: boolean;
  readonly objectives: number;
  readonly runs: number;
}

/** What an ask with all its suggests and its tell costs after so many finished trials. */
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

/** Seconds of each run, the first one with a cold compiler. Define-by-run, as the peers do it. */
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

/** Milliseconds of an ask after so many random trials. */
export async function askCost({ sampler, finished, dimensions, asks }: AskCostTask): Promise<number[]> {
  const objective = spheres(dimensions, false, 1);
  const times: number[] = [];
  // Twice: the first round compiles.
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

/** Squared distances from 0, from 2, … in every coordinate; a choice counts as its place among the choices. */
function spheres(dimensions: number, mixed: boolean, objectives: number): (trial: Trial) => number[] {
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
    return values;
  };
}
