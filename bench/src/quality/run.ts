import { rngFor } from '@asktell/core';

/** A sampler by name and options: ours as the registry knows it, or a peer's such as `optuna-tpe`. */
export interface SamplerSpec {
  /** As it was written, also its name in reports. */
  readonly label: string;
  readonly name: string;
  readonly options: { readonly [option: string]: unknown };
}

/** One study to run. Plain data: it goes to a worker process. */
export interface RunTask {
  readonly sampler: SamplerSpec;
  readonly problem: string;
  readonly seed: number;
  readonly trials: number;
  /** How many trials are out at the same time. */
  readonly concurrency: number;
}

/** What one study came to. */
export interface RunResult {
  /** By measure of the problem, by checkpoint: the regret then, infinite while nothing feasible was found. */
  readonly regrets: readonly (readonly number[])[];
  /** Trials that failed, in all and after the first 50. */
  readonly failed: number;
  readonly failedLate: number;
  /** With several trials at the same time: how far each proposal was from the nearest one that was out. */
  readonly distances: readonly number[];
  readonly seconds: number;
}

/** What a worker process answers. */
export type RunAnswer = { readonly result: RunResult } | { readonly error: string };

/** Trials after which regrets are compared. */
export function checkpointsOf(trials: number): readonly number[] {
  const usual = trials > 200 ? [100, 500, 1000, 2000] : [25, 50, 100, 200];
  return [...usual.filter((checkpoint) => checkpoint < trials), trials];
}

/** Failures are counted apart from here on, when a sampler could have learnt. */
export const lateAfter = 50;

/** The seed of a study: another one for each problem, so that a lucky first draw is not lucky on all of them. */
export function studySeed({ problem, seed }: RunTask): number {
  return rngFor(seed, 0, problem).int(0, 2 ** 31 - 1);
}
