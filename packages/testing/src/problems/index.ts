// An entry of its own: it needs no vitest, and suites that need no problems do not build them.
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
