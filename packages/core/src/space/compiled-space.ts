import type { Distribution } from '../distribution/distribution.ts';

/** One parameter of a flattened space. */
export interface ParamSpec {
  /** Flat name, the one stored and shown to Optuna: `model`, `model.svm.c`, `group.x`. */
  readonly name: string;
  readonly dist: Distribution;
  /** Active only while `params[when.param]` (categorical, earlier in the list) holds choice index `when.choice`. */
  readonly when: { readonly param: number; readonly choice: number } | null;
}

/** A space as samplers see it: a flat list, parents before children. A vector x is parallel to `params`, NaN = inactive. */
export interface CompiledSpace {
  /** Equal for equal parameters and constraints; keys the sampler's state. */
  readonly id: string;
  /** `declared` by the user, or `observed` in the trials of a define-by-run study. */
  readonly origin: 'declared' | 'observed';
  readonly params: readonly ParamSpec[];
  /** Whether `where` allows a complete vector of internal values; `null` when nothing is forbidden. */
  readonly allows: ((x: Float64Array) => boolean) | null;
}

/** Whether parameter `index` is active in `x`, given that its ancestors come before it. */
export function isActive(space: CompiledSpace, index: number, x: ArrayLike<number>): boolean {
  const when = (space.params[index] as ParamSpec).when;
  return when === null || (x[when.param] === when.choice && isActive(space, when.param, x));
}
