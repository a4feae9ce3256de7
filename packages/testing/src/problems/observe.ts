import { rngFor } from '@asktell/core';
import type { Outcome, Problem, ProblemParams } from './problem.ts';

/**
 * What a trial gets to see: the outcome, with the problem's noise on its values. Equal seeds and numbers give equal noise.
 * @throws EvaluationFailed in regions where nothing can be measured
 * @example const { values } = observe(problem, trial.params, 1, trial.number);
 */
export function observe(problem: Problem, params: ProblemParams, seed: number, number: number): Outcome {
  const outcome = problem.objective(params);
  if (problem.noise === 0) return outcome;
  const rng = rngFor(seed, number, 'noise');
  return { ...outcome, values: outcome.values.map((value) => value + problem.noise * rng.normal()) };
}
