import { AsktellError, type Awaitable, type Direction, rngFor, type Study, show } from '@asktell/core';
import type { Fold } from '../folds/splitter.ts';
import { mean } from '../moments.ts';
import { type HonestRow, HonestTable } from './honest-table.ts';
import { above, type Measured, readMeasured } from './measured.ts';

/** An outer fold: the rows that a search may use, and the rows that measure its result. */
export interface OuterFold extends Fold {
  readonly number: number;
  /** A seed for the search of this fold. */
  readonly seed: number;
}

/** What a search has found, if it is not a study. A fitted `GridSearchCV` and its siblings are such objects. */
export interface SearchOutcome<P> {
  readonly bestParams: P;
  readonly bestScore: number;
  /** Default `'maximize'`. */
  readonly direction?: Direction;
}

/** An open study of any space. */
export interface AnyStudy {
  ask(): Promise<{ readonly params: object }>;
  bestTrial(): Promise<{ readonly params: object } | undefined>;
}

/** The type of the parameters that a search has found. */
export type ParamsOfOutcome<R> = R extends Study<infer P> ? P : R extends SearchOutcome<infer P> ? P : never;

/** Functions that search and measure within outer folds. `R` is what the search returns. */
export interface OuterFoldOptions<R extends AnyStudy | SearchOutcome<unknown>> {
  /** Searches with the rows `fold.train` only. Returns the study, a fitted search, or `{ bestParams, bestScore }`. */
  readonly search: (fold: OuterFold) => Awaitable<R>;
  /** Measures the parameters on the rows `fold.test`, as the search does: same metric, same direction. */
  readonly evaluate: (params: ParamsOfOutcome<R>, fold: OuterFold, result: R) => Awaitable<Measured>;
  /** What has to be beaten, measured on the rows `fold.test`. */
  readonly baseline?: (fold: OuterFold) => Awaitable<Measured>;
  /** Seeds of the searches depend on it. Default 0. */
  readonly seed?: number;
}

/** Searches and measures in each fold. */
export async function measureOuterFolds<R extends AnyStudy | SearchOutcome<unknown>>(
  where: string,
  folds: readonly Fold[],
  { search, evaluate, baseline, seed = 0 }: OuterFoldOptions<R>,
): Promise<HonestTable<ParamsOfOutcome<R>>> {
  for (const [name, work] of Object.entries({ search, evaluate }))
    if (typeof work !== 'function')
      throw new AsktellError('invalid-argument', `${where}: ${name} must be a function, not ${show(work)}.`);
  const rows: HonestRow<ParamsOfOutcome<R>>[] = [];
  const tried: number[] = [];
  let direction: Direction = 'maximize';
  for (const [number, { train, test }] of folds.entries()) {
    const fold = { number, train, test, seed: rngFor(seed, number, 'outer-fold').int(0, 2 ** 31) };
    const result = await search(fold);
    const best = await outcomeOf<ParamsOfOutcome<R>>(where, result);
    direction = best.direction;
    tried.push(best.tried);
    const measured = readMeasured(`${where}: fold ${number}`, await evaluate(best.params, fold, result));
    const other =
      baseline === undefined ? null : readMeasured(`${where}: baseline of fold ${number}`, await baseline(fold));
    rows.push({
      number,
      params: best.params,
      inSample: { value: best.value, standardError: Number.NaN },
      outOfSample: { value: measured.value, standardError: measured.standardError },
      aboveBaseline: above(measured, other, direction === 'maximize' ? 1 : -1),
    });
  }
  return new HonestTable({ kind: 'folds', direction, rows, tried: mean(tried), expectedOptimism: Number.NaN });
}

interface Best<P> {
  readonly params: P;
  readonly value: number;
  readonly direction: Direction;
  readonly tried: number;
}

async function outcomeOf<P>(where: string, result: AnyStudy | SearchOutcome<unknown>): Promise<Best<P>> {
  if (typeof (result as AnyStudy | null)?.bestTrial === 'function') {
    const study = result as Study<object>;
    const best = await study.bestTrial();
    if (best === undefined)
      throw new AsktellError(
        'trial-not-found',
        `${where}: a search ended without a complete trial. Run it with more trials.`,
      );
    return {
      params: best.params as P,
      value: best.value as number,
      direction: study.direction,
      tried: study.history.size,
    };
  }
  const { bestParams, bestScore, direction = 'maximize' } = result as SearchOutcome<P>;
  if (typeof bestScore !== 'number' || bestParams === undefined)
    throw new AsktellError(
      'invalid-argument',
      `${where}: search must return a study, a fitted search or { bestParams, bestScore }, not ${show(result)}.`,
    );
  const { study } = result as { readonly study?: Study<object> };
  return { params: bestParams, value: bestScore, direction, tried: study?.history.size ?? Number.NaN };
}
