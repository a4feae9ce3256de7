import { readFileSync } from 'node:fs';

interface Search {
  readonly columns: readonly string[];
  readonly results: { readonly [column: string]: readonly unknown[] };
  readonly bestIndex: number;
  readonly bestParams: { readonly [name: string]: unknown };
  readonly bestScore: number;
}

/** What scikit-learn computed: see make_fixtures.py. */
export const fixture = JSON.parse(
  readFileSync(new URL('../../packages/ml/src/fixtures/sklearn.json', import.meta.url), 'utf8'),
) as {
  readonly folds: readonly {
    readonly kind: string;
    readonly samples: number;
    readonly labels?: readonly (number | string)[];
    readonly groups?: readonly number[];
    readonly options: { readonly [name: string]: number };
    readonly folds: readonly (readonly [readonly number[], readonly number[]])[];
  }[];
  readonly scores: readonly ({
    readonly actual: number[];
    readonly predicted: number[];
    readonly probabilities: number[][];
  } & {
    readonly [metric: string]: number;
  })[];
  readonly regressions: readonly ({ readonly actual: number[]; readonly predicted: number[] } & {
    readonly [metric: string]: number;
  })[];
  readonly iris: { readonly X: readonly (readonly number[])[]; readonly y: readonly number[] };
  readonly svmGrid: Search;
  readonly neighboursGrid: Search;
  readonly logLossFolds: readonly number[];
  readonly student: readonly { readonly t: number; readonly degrees: number; readonly cdf: number }[];
};
