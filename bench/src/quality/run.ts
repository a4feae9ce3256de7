import { rngFor } from '@asktell/core';

/** A sampler by name and options: the registry name of one of ours, or a peer's name such as `optuna-tpe`. */
export interface SamplerSpec {
  /** The text of the argument, used as its name in reports. */
  readonly label: string;
  readonly name: string;
  readonly options: { readonly [option: string]: unknown };
}

/** One study to run. It consists of plain data, because it is sent to a worker process. */
export interface RunTask {
  readonly sampler: SamplerSpec;
  readonly problem: string;
  readonly seed: number;
  readonly trials: number;
  /** Number of pending trials at the same time. */
  readonly concurrency: number;
}

/** The result of one study. */
export interface RunResult {
  /** Regrets by measure and checkpoint. Infinite until a feasible trial is found. */
  readonly regrets: readonly (readonly number[])[];
  /** Number of failed trials. */
  readonly failed: number;
  /** Number of failed trials after the first 50. */
  readonly failedLate: number;
  /** Distance of each proposal to the nearest pending trial. Empty for one trial at a time. */
  readonly distances: readonly number[];
  readonly seconds: number;
}

/** The answer of a worker process. */
export type RunAnswer = { readonly result: RunResult } | { readonly error: string };

/** Numbers of trials after which regrets are compared. */
export function checkpointsOf(trials: number): readonly number[] {
  const candidates = trials > 200 ? [100, 500, 1000, 2000] : [25, 50, 100, 200];
  return [...candidates.filter((checkpoint) => checkpoint < trials), trials];
}

/** Failures after this many trials are also counted separately, because a sampler can have learned by then. */
export const lateAfter = 50;

/** The seed of a study. It differs between problems, so that a lucky first draw does not affect all of them. */
export function studySeed({ problem, seed }: RunTask): number {
  return rngFor(seed, 0, problem).int(0, 2 ** 31 - 1);
}
