import { type Scalar, show } from '@asktell/core';
import { written } from './names.ts';
import { nearest } from './nearest.ts';

export type Kind = 'number' | 'string' | 'boolean' | 'null';
export type Evaluate<T> = (x: Float64Array) => T;

/** A compiled part of an expression: what it can evaluate to, and how. */
export interface Term {
  readonly at: number;
  readonly kinds: readonly Kind[];
  readonly run: Evaluate<Scalar>;
  /** The only values it can have: a literal, or a parameter's choices. */
  readonly values?: readonly Scalar[];
  /** The parameter that it is, for messages. */
  readonly name?: string;
}

export function kindOf(value: Scalar): Kind {
  return value === null ? 'null' : (typeof value as Kind);
}

export function isOnly(term: Term, kind: Kind): boolean {
  return term.kinds.every((each) => each === kind);
}

/** `kernel is "rbf" or "linear"`, `this is a number`. */
export function describe(term: Term): string {
  const what = term.name === undefined ? 'this' : written(term.name);
  if (term.values === undefined) return `${what} is a ${term.kinds.join(' or ')}`;
  return `${what} is ${term.values.map(show).join(' or ')}`;
}

/** Why two terms can never be equal, and the place to point at; `undefined` when they can. */
export function neverEqual(
  at: number,
  left: Term,
  right: Term,
): { readonly at: number; readonly message: string } | undefined {
  if (left.values === undefined || right.values === undefined || (left.name ?? right.name) === undefined) {
    if (left.kinds.some((kind) => right.kinds.includes(kind))) return undefined;
    return {
      at,
      message: `the two sides are never equal: one is a ${left.kinds.join(' or ')}, the other a ${right.kinds.join(' or ')}.`,
    };
  }
  const { values } = right;
  if (left.values.some((value) => values.includes(value))) return undefined;
  const [param, literal] = left.name === undefined ? [right, left] : [left, right];
  if (param.name === undefined || literal.name !== undefined) return { at, message: 'the two sides are never equal.' };
  const wanted = literal.values?.[0] as Scalar;
  const choices = param.values as readonly Scalar[];
  const meant = nearest(String(wanted), choices.map(String));
  const choice = choices.find((value) => String(value) === meant);
  const cure = choice === undefined ? '' : ` Did you mean ${show(choice)}?`;
  const message = `${written(param.name)} is never ${show(wanted)}.${cure} Its choices are ${choices.map(show).join(', ')}.`;
  return { at: literal.at, message };
}
