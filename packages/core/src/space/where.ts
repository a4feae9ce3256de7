import { AsktellError, show } from '../errors.ts';
import type { SpaceFields } from './builders.ts';
import type { Condition, ConstrainedSpace } from './constrained-space.ts';
import type { InferParams } from './infer.ts';

/**
 * Forbids every point for which one of the conditions does not hold. No sampler proposes such a point.
 *
 * An expression (mathjs syntax, flat names) is stored with the study; a predicate is not, and has to be passed again on
 * resume. A condition that names an inactive parameter does not apply.
 * @throws AsktellError `invalid-space`; an expression that does not parse is reported (`invalid-expression`) at first use.
 * @example where({ a: float(0, 1), b: float(0, 1) }, 'a <= b', (p) => p.a + p.b <= 1)
 */
export function where<const F extends SpaceFields>(
  space: F | ConstrainedSpace<F>,
  ...conditions: readonly Condition<InferParams<F>>[]
): ConstrainedSpace<F> {
  for (const condition of conditions as readonly unknown[]) {
    if (typeof condition !== 'function' && !(typeof condition === 'string' && condition.trim() !== '')) {
      throw new AsktellError(
        'invalid-space',
        `where: a condition is a function or an expression such as 'a <= b', not ${show(condition)}.`,
      );
    }
  }
  if (typeof space !== 'object' || space === null) {
    throw new AsktellError('invalid-space', `where: the space must be an object of parameters, not ${show(space)}.`);
  }
  const inner = isConstrained(space) ? space : { fields: space as F, conditions: [] };
  return {
    kind: 'where',
    fields: inner.fields,
    conditions: [...inner.conditions, ...(conditions as readonly Condition[])],
  };
}

export function isConstrained<F extends SpaceFields>(space: F | ConstrainedSpace<F>): space is ConstrainedSpace<F> {
  return (space as { kind?: unknown }).kind === 'where';
}
