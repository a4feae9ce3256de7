import type { Scalar } from '@asktell/core';

/** A comparison operator. */
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
/** A binary arithmetic operator. */
export type Arithmetic = '+' | '-' | '*' | '/' | '^' | 'mod';

/** A node of a constraint expression. `at` is the index of the character that error messages point at. */
export type Expression =
  | { readonly kind: 'constant'; readonly at: number; readonly value: Scalar }
  /** `model.svm.c` and `model["svm"].c` are the path model, svm, c. */
  | { readonly kind: 'name'; readonly at: number; readonly path: readonly string[] }
  | { readonly kind: 'call'; readonly at: number; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'sign'; readonly at: number; readonly op: '-' | '+'; readonly arg: Expression }
  | {
      readonly kind: 'arithmetic';
      readonly at: number;
      readonly op: Arithmetic;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: 'not'; readonly at: number; readonly arg: Expression }
  | {
      readonly kind: 'logic';
      readonly at: number;
      readonly op: 'and' | 'or';
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `a < b <= c`: `links[i]` is the operator between `operands[i]` and `operands[i + 1]`. */
  | {
      readonly kind: 'comparison';
      readonly at: number;
      readonly operands: readonly Expression[];
      readonly links: readonly Link[];
    }
  | {
      readonly kind: 'choice';
      readonly at: number;
      readonly test: Expression;
      readonly yes: Expression;
      readonly no: Expression;
    };

/** One comparison operator of a chain. */
export interface Link {
  readonly op: Comparison;
  readonly at: number;
}
