// A separate entry point: it does not need vitest, and conformance suites do not load the problems.
export { flatParams } from './flat-params.ts';
export { observe } from './observe.ts';
export {
  EvaluationFailed,
  type Optimum,
  type Outcome,
  type Problem,
  type ProblemFamily,
  type ProblemParams,
} from './problem.ts';
export { problems } from './problems.ts';
