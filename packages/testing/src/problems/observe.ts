import { rngFor } from '@asktell/core';
import type { Outcome, Problem, ProblemParams } from './problem.ts';

/**
 * Evaluates the objective and adds the noise of the problem. Equal seeds and numbers give equal noise.
 * @param number the trial number
 * @throws EvaluationFailed where the objective fails
 * @example const { values } = observe(problem, trial.params, 1, trial.number);
 */
export function observe(problem: Problem, params: ProblemParams, seed: number, number: number): Outcome {
  const outcome = problem.objective(params);
  if (problem.noise === 0) return outcome;
  const rng = rngFor(seed, number, 'noise');
  return { ...outcome, values: outcome.values.map((value) => value + problem.noise * rng.normal()) };
}
