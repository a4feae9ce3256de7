import { AsktellError, type Scalar, show } from '@asktell/core';

/** Options of `GridSampler`; all of them are saved with the study. */
export interface GridOptions {
  /**
   * Values to try by flat parameter name (`lr`, `model.svm.c`; for a `oneOf` its tags). Completes and overrides what a declared
   * space says itself; a define-by-run study needs every name here.
   */
  readonly grid?: { readonly [name: string]: readonly Scalar[] };
  /**
   * How many equally spaced values a numeric parameter of a declared space gets, both bounds included, on its logarithm for log ranges.
   * 1 is the middle. Never more than a stepped range has.
   */
  readonly points?: { readonly [name: string]: number };
  /**
   * `shuffled` (default): in an order that the seed decides, so that a study that ends early has seen the grid evenly.
   * `sequential`: like nested loops, the last parameter fastest.
   */
  readonly order?: 'shuffled' | 'sequential';
  /** Whole number from 0 to 2^53 - 1, instead of the study's seed. Decides the order. */
  readonly seed?: number;
}

/** Options after the check: defaults filled in, values frozen as given. */
export interface CheckedGridOptions {
  readonly grid: ReadonlyMap<string, readonly Scalar[]>;
  readonly points: ReadonlyMap<string, number>;
  readonly order: 'shuffled' | 'sequential';
  readonly seed: number | undefined;
}

/** An error about an option of the grid sampler. */
export function badGrid(message: string): AsktellError {
  return new AsktellError('invalid-argument', `GridSampler: ${message}`);
}

/**
 * Checks everything that can be checked without a space.
 * @throws AsktellError `invalid-argument`
 */
export function checkGridOptions(options: GridOptions): CheckedGridOptions {
  for (const key of Object.keys(requireObject('options', options, '{ grid: { x: [0, 0.5, 1] } }'))) {
    if (!['grid', 'points', 'order', 'seed'].includes(key)) {
      throw badGrid(
        Array.isArray((options as { readonly [key: string]: unknown })[key])
          ? `there is no option ${show(key)}; values go into grid: { ${key}: […] }.`
          : `there is no option ${show(key)}; it has grid, points, order, seed.`,
      );
    }
  }
  const { grid = {}, points = {}, order = 'shuffled', seed } = options;
  if (order !== 'shuffled' && order !== 'sequential')
    throw badGrid(`order must be 'shuffled' or 'sequential', not ${show(order)}.`);
  if (seed !== undefined && !(Number.isSafeInteger(seed) && seed >= 0)) {
    throw badGrid(`seed must be a whole number from 0 to 2^53 - 1, not ${show(seed)}.`);
  }
  const values = new Map<string, readonly Scalar[]>();
  for (const [name, list] of Object.entries(requireObject('grid', grid, '{ x: [0, 0.5, 1] }')))
    values.set(name, checkList(name, list));
  const counts = new Map<string, number>();
  for (const [name, count] of Object.entries(requireObject('points', points, '{ x: 5 }'))) {
    if (!Number.isSafeInteger(count) || (count as number) < 1) {
      throw badGrid(`points of ${show(name)} must be a whole number, 1 or more, not ${show(count)}.`);
    }
    if (values.has(name)) throw badGrid(`${show(name)} has values in grid and a number in points; drop one of them.`);
    counts.set(name, count as number);
  }
  return { grid: values, points: counts, order, seed };
}

function requireObject(option: string, value: unknown, example: string): { readonly [key: string]: unknown } {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as { readonly [key: string]: unknown };
  throw badGrid(`${option} must be an object such as ${example}, not ${show(value)}.`);
}

function checkList(name: string, list: unknown): readonly Scalar[] {
  if (!Array.isArray(list)) throw badGrid(`the values of ${show(name)} must be an array, not ${show(list)}.`);
  if (list.length === 0) throw badGrid(`${show(name)} has no values; give one at least, or leave the name out.`);
  const seen = new Set<unknown>();
  return list.map((value: unknown) => {
    const type = typeof value;
    if (Number.isNaN(value) || (value !== null && type !== 'boolean' && type !== 'number' && type !== 'string')) {
      throw badGrid(`${show(value)} among the values of ${show(name)} is no null, boolean, number or string.`);
    }
    if (seen.has(value)) throw badGrid(`${show(value)} stands twice among the values of ${show(name)}; drop one.`);
    seen.add(value);
    return (value === 0 ? 0 : value) as Scalar; // -0 is 0 once it is stored
  });
}
