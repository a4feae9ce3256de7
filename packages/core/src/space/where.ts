import { AsktellError, show } from '../errors.ts';
import type { SpaceFields } from './builders.ts';
import type { Condition, ConstrainedSpace } from './constrained-space.ts';
import type { InferParams } from './infer.ts';

/**
 * Adds constraints to a space. Points that violate a condition are never proposed.
 *
 * An expression (mathjs syntax, flat names) is stored with the study. It does not apply while one of its parameters is
 * inactive. A predicate is not stored and must be passed again when the study is resumed. It must return true or false:
 * an ask throws `invalid-space` for any other value, such as the promise of an async function.
 * @throws AsktellError `invalid-space`. An expression that cannot be parsed throws `invalid-expression` at first use.
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
        `where: a condition must be a function or an expression such as 'a <= b', not ${show(condition)}.`,
      );
    }
    if (typeof condition === 'function' && condition.constructor.name === 'AsyncFunction')
      throw new AsktellError(
        'invalid-space',
        `where: a predicate must return true or false, not a promise (${show(condition)}). Write a function that is not async.`,
      );
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
