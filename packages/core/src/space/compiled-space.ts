import type { Distribution } from '../distribution/distribution.ts';

/** One parameter of a flattened space. */
export interface ParamSpec {
  /** The flat name, which is stored and which Optuna shows: `model`, `model.svm.c`, `group.x`. */
  readonly name: string;
  readonly dist: Distribution;
  /**
   * The parameter is active only if the categorical parameter `params[when.param]`, which is earlier in the list, has the
   * choice with index `when.choice`. `null` for an unconditional parameter.
   */
  readonly when: { readonly param: number; readonly choice: number } | null;
}

/**
 * A space as samplers see it: a flat list of parameters, parents before children. A vector of internal values is parallel to
 * `params`, with NaN for inactive parameters.
 */
export interface CompiledSpace {
  /** Equal for equal parameters and constraints. Identifies the sampler's state. */
  readonly id: string;
  /** `declared` by the user, or `observed` in the trials of a define-by-run study. */
  readonly origin: 'declared' | 'observed';
  readonly params: readonly ParamSpec[];
  /** Whether a complete vector of internal values satisfies the constraints, `null` without constraints. */
  readonly allows: ((x: Float64Array) => boolean) | null;
}

/** Whether parameter `index` is active in `x`. Only the values of its ancestors are read. */
export function isActive(space: CompiledSpace, index: number, x: ArrayLike<number>): boolean {
  const when = (space.params[index] as ParamSpec).when;
  return when === null || (x[when.param] === when.choice && isActive(space, when.param, x));
}
