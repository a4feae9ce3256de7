import { exp, log, log2, log10, pow } from '@asktell/numerics/elementary';

/** A numeric function that expressions can call. */
export interface ExpressionFunction {
  /** Number of arguments, or `null` for one or more. */
  readonly arity: number | null;
  readonly apply: (...args: number[]) => number;
}

/** The functions of `Math`. Those that engines round differently are our own, so that an expression has one result everywhere. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries({
    abs: { arity: 1, apply: Math.abs },
    min: { arity: null, apply: Math.min },
    max: { arity: null, apply: Math.max },
    floor: { arity: 1, apply: Math.floor },
    ceil: { arity: 1, apply: Math.ceil },
    round: { arity: 1, apply: Math.round },
    sqrt: { arity: 1, apply: Math.sqrt },
    exp: { arity: 1, apply: exp },
    log: { arity: 1, apply: log },
    log2: { arity: 1, apply: log2 },
    log10: { arity: 1, apply: log10 },
    pow: { arity: 2, apply: pow },
  } satisfies { readonly [name: string]: ExpressionFunction }),
);

/** Named constants. A parameter with the same name takes precedence. */
export const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
  ['Infinity', Number.POSITIVE_INFINITY],
]);

/** The remainder with the divisor's sign, as in mathjs and Python: `-1 mod 3` is 2. */
export function modulo(a: number, b: number): number {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
}
