import { compileSpace, drawInternal, isActive, rngFor, toExternal } from '@asktell/core';
import { flatParams, type Problem, type ProblemParams } from '@asktell/testing/problems';
import { createStudy, type Json, NopPruner, recommend, restoreSampler } from 'asktell';

/** One study with noise. */
export interface NoisyTask {
  readonly problem: Problem;
  readonly sampler: string;
  /** Standard deviation of the noise, as a share of the spread of the values. */
  readonly level: number;
  /** Whether the standard error is told with each value. */
  readonly told: boolean;
  readonly trials: number;
  readonly seed: number;
}

/** What the trials of both functions are worth without noise, from 0 (the optimum) to 1 (the median of random points). */
export interface NoisyResult {
  readonly best: number;
  readonly recommended: number;
}

/** How the values of a problem are distributed over its space. */
export interface Spread {
  readonly median: number;
  /** The standard deviation that a normal distribution with the same range between its 10 % and 90 % quantiles would have. */
  readonly deviation: number;
}

const draws = 500;
/** The 90 % quantile of the normal distribution. */
const upperDecile = 1.2815515655446004;

function trueValue(problem: Problem, params: ProblemParams): number {
  return problem.objective(params).values[0] as number;
}

/** The spread of the values at uniform random points. */
export function spreadOf(problem: Problem): Spread {
  const { compiled } = compileSpace(problem.space);
  const values = Float64Array.from({ length: draws }, (_, k) => {
    const rng = rngFor(0, k, 'spread');
    const x = new Float64Array(compiled.params.length).fill(Number.NaN);
    const params: { [name: string]: unknown } = {};
    compiled.params.forEach(({ name, dist }, i) => {
      if (!isActive(compiled, i, x)) return;
      x[i] = drawInternal(dist, rng);
      params[name] = toExternal(dist, x[i] as number);
    });
    return trueValue(problem, params);
  }).sort();
  const quantile = (share: number): number => values[Math.round(share * (draws - 1))] as number;
  return { median: quantile(0.5), deviation: (quantile(0.9) - quantile(0.1)) / (2 * upperDecile) };
}

/** Runs one study and compares the trial with the best observed value to the recommended one. */
export async function runNoisy(task: NoisyTask, spread: Spread): Promise<NoisyResult> {
  const { problem, sampler, level, told, trials, seed } = task;
  const study = await createStudy({
    space: problem.space,
    sampler: restoreSampler({ name: sampler, version: 1, options: {} as Json }),
    pruner: new NopPruner(),
    seed: rngFor(seed, 0, problem.name).int(0, 2 ** 31 - 1),
  });
  const sem = level * spread.deviation;
  const values: number[] = [];
  for (let number = 0; number < trials; number++) {
    const trial = await study.ask();
    const value = trueValue(problem, flatParams(trial.params));
    values.push(value);
    const noise = sem * rngFor(seed, number, `noise of ${problem.name}`).normal();
    await study.tell(trial, value + noise, told ? { sem } : {});
  }
  const { optimum } = problem;
  if (optimum.kind !== 'value') throw new Error(`noise: ${problem.name} must have one objective`);
  const regret = (number: number): number =>
    ((values[number] as number) - optimum.value) / (spread.median - optimum.value);
  const [best, recommended] = [await study.bestTrial(), await recommend(study)];
  if (best === undefined || recommended === undefined) throw new Error(`noise: ${problem.name} has no complete trial`);
  return { best: regret(best.number), recommended: regret(recommended.trial.number) };
}
