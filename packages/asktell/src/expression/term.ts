import { nearest, type Scalar, show } from '@asktell/core';
import { formatName } from './names.ts';

/** The type of a value. */
export type Kind = 'number' | 'string' | 'boolean' | 'null';
/** Evaluates a term at a point, given as internal values. */
export type Evaluate<T> = (x: Float64Array) => T;

/** A compiled part of an expression. */
export interface Term {
  /** Index of its first character in the source. */
  readonly at: number;
  /** The types that it can evaluate to. */
  readonly kinds: readonly Kind[];
  readonly run: Evaluate<Scalar>;
  /** All possible values, if the term is a literal or a categorical parameter. */
  readonly values?: readonly Scalar[];
  /** Name of the parameter, if the term is one. Used in messages. */
  readonly name?: string;
}

/** The type of a value. */
export function kindOf(value: Scalar): Kind {
  return value === null ? 'null' : (typeof value as Kind);
}

/** Whether a term always evaluates to `kind`. */
export function isOnly(term: Term, kind: Kind): boolean {
  return term.kinds.every((each) => each === kind);
}

/** Describes the type or the values of a term: `kernel is "rbf" or "linear"`, `this is a number`. */
export function describe(term: Term): string {
  const what = term.name === undefined ? 'this' : formatName(term.name);
  if (term.values === undefined) return `${what} is a ${term.kinds.join(' or ')}`;
  return `${what} is ${term.values.map(show).join(' or ')}`;
}

/** The reason why two terms are never equal, with a position, or `undefined` if they can be equal. */
export function neverEqual(
  at: number,
  left: Term,
  right: Term,
): { readonly at: number; readonly message: string } | undefined {
  if (left.values === undefined || right.values === undefined || (left.name ?? right.name) === undefined) {
    if (left.kinds.some((kind) => right.kinds.includes(kind))) return undefined;
    return {
      at,
      message: `the two sides are never equal: one is a ${left.kinds.join(' or ')}, the other a ${right.kinds.join(' or ')}. Compare values of the same type.`,
    };
  }
  const { values } = right;
  if (left.values.some((value) => values.includes(value))) return undefined;
  const [param, literal] = left.name === undefined ? [right, left] : [left, right];
  if (param.name === undefined || literal.name !== undefined)
    return { at, message: 'the two sides are never equal. Compare values that can be equal.' };
  const wanted = literal.values?.[0] as Scalar;
  const choices = param.values as readonly Scalar[];
  const meant = nearest(String(wanted), choices.map(String));
  const choice = choices.find((value) => String(value) === meant);
  const cure = choice === undefined ? '' : ` Did you mean ${show(choice)}?`;
  const message = `${formatName(param.name)} is never ${show(wanted)}.${cure} Its choices are ${choices.map(show).join(', ')}.`;
  return { at: literal.at, message };
}
