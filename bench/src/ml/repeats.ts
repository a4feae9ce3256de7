import { fixedRepeats, type RepeatPolicy, rngFor, type Study } from '@asktell/core';
import { createStudy, float, RacingRepeats, TpeSampler } from 'asktell';

/** A function with known true values, and noise as large as the spread of its better half. */
export interface NoisyProblem {
  readonly name: string;
  readonly dimensions: number;
  /** From points in [0, 1]^d. Smaller is better. */
  value(x: readonly number[]): number;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const scaled = (x: readonly number[], half: number): number[] => x.map((u, i) => half * (2 * u - 1 + 0.13 * (i + 1)));

export const noisyProblems: readonly NoisyProblem[] = [
  { name: 'sphere, 3', dimensions: 3, value: (x) => sum(scaled(x, 1).map((v) => v * v)) },
  { name: 'sphere, 6', dimensions: 6, value: (x) => sum(scaled(x, 1).map((v) => v * v)) },
  {
    name: 'Rastrigin, 2',
    dimensions: 2,
    value: (x) => sum(scaled(x, 3).map((v) => v * v + 6 * (1 - Math.cos(2 * Math.PI * v)))),
  },
  {
    name: 'Ackley, 4',
    dimensions: 4,
    value: (x) => {
      const v = scaled(x, 8);
      const radius = Math.sqrt(sum(v.map((u) => u * u)) / v.length);
      return (
        20 - 20 * Math.exp(-0.2 * radius) + Math.E - Math.exp(sum(v.map((u) => Math.cos(2 * Math.PI * u))) / v.length)
      );
    },
  },
];

/** The standard deviation of the true values of the better half of random points. */
export function betterHalfSpread({ dimensions, value }: NoisyProblem): number {
  const rng = rngFor(0, 0, 'spread');
  const values = Array.from({ length: 2000 }, () => value(Array.from({ length: dimensions }, () => rng.float())));
  const half = values.sort((a, b) => a - b).slice(0, 1000);
  const mean = sum(half) / half.length;
  return Math.sqrt(sum(half.map((v) => (v - mean) ** 2)) / half.length);
}

/** `max` measurements of a trial at most, and the policy that may stop earlier. */
export interface RepeatSetting {
  readonly name: string;
  readonly max: number;
  readonly policy: RepeatPolicy;
}

export const settings: readonly RepeatSetting[] = [
  { name: 'single', max: 1, policy: fixedRepeats },
  { name: 'fixed, 4', max: 4, policy: fixedRepeats },
  { name: 'racing, 4', max: 4, policy: new RacingRepeats() },
  { name: 'racing, 8', max: 8, policy: new RacingRepeats() },
];

/** What a search with a budget of measurements has found. Values are true ones. */
export interface RepeatRun {
  /** Of the best trial of the study. */
  readonly chosen: number;
  /** Of the best point that was measured at all. What `chosen` lacks was lost in the choice, the rest in the search. */
  readonly visited: number;
  readonly trials: number;
}

/** Spends `budget` measurements. The last trial may end early. */
export async function searchWithRepeats(
  problem: NoisyProblem,
  noise: number,
  { max, policy }: RepeatSetting,
  budget: number,
  seed: number,
): Promise<RepeatRun> {
  const space = Object.fromEntries(Array.from({ length: problem.dimensions }, (_, i) => [`x${i}`, float(0, 1)]));
  const study = (await createStudy({ space, sampler: new TpeSampler(), seed })) as unknown as Study<{
    readonly [name: string]: number;
  }>;
  const truthOf = (params: { readonly [name: string]: number }): number =>
    problem.value(Object.keys(space).map((key) => params[key] as number));
  let spent = 0;
  let number = -1;
  let rng = rngFor(seed, 0, 'measurements');
  const within: RepeatPolicy = { ...policy, again: (state, ctx) => spent < budget && policy.again(state, ctx) };
  await study.optimize(
    (trial) => {
      if (trial.number !== number) rng = rngFor(seed, trial.number, 'measurements');
      number = trial.number;
      spent++;
      return truthOf(trial.params) + noise * rng.normal();
    },
    { repeat: { max, policy: within }, until: () => spent >= budget },
  );
  const trials = await study.trials();
  return {
    chosen: truthOf((await study.bestParams()) as { readonly [name: string]: number }),
    visited: Math.min(...trials.map(({ params }) => truthOf(params))),
    trials: trials.length,
  };
}
