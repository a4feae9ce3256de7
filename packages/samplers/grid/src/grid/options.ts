import { AsktellError, type Scalar, show } from '@asktell/core';

/** Options of `GridSampler`. All of them are saved with the study. */
export interface GridOptions {
  /**
   * Values to try, by flat parameter name such as `lr` or `model.svm.c`. The values of a `oneOf` are its tags. In a declared
   * space they override the values of the distribution. A define-by-run study needs values for every name.
   */
  readonly grid?: { readonly [name: string]: readonly Scalar[] };
  /**
   * Number of values of a numeric parameter in a declared space. They are equally spaced, on the logarithm for log ranges, and
   * include both bounds; 1 gives the middle. A stepped range never gets more values than it has.
   */
  readonly points?: { readonly [name: string]: number };
  /**
   * `shuffled` (default): a random order that depends on the seed, so that a study that ends early has covered the grid evenly.
   * `sequential`: the order of nested loops, in which the last parameter changes fastest.
   */
  readonly order?: 'shuffled' | 'sequential';
  /** Seed of the order: a whole number from 0 to 2^53 - 1. Default: the study's seed. */
  readonly seed?: number;
}

/** Validated options with defaults. */
export interface CheckedGridOptions {
  readonly grid: ReadonlyMap<string, readonly Scalar[]>;
  readonly points: ReadonlyMap<string, number>;
  readonly order: 'shuffled' | 'sequential';
  readonly seed: number | undefined;
}

/** An error about an option of `GridSampler`. */
export function badGrid(message: string): AsktellError {
  return new AsktellError('invalid-argument', `GridSampler: ${message}`);
}

/**
 * Checks the options as far as possible without a space.
 * @throws AsktellError `invalid-argument`
 */
export function checkGridOptions(options: GridOptions): CheckedGridOptions {
  for (const key of Object.keys(requireObject('options', options, '{ grid: { x: [0, 0.5, 1] } }'))) {
    if (!['grid', 'points', 'order', 'seed'].includes(key)) {
      throw badGrid(
        Array.isArray((options as { readonly [key: string]: unknown })[key])
          ? `there is no option ${show(key)}. List values in grid: { ${key}: […] }.`
          : `there is no option ${show(key)}. The options are grid, points, order, seed.`,
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
    if (values.has(name))
      throw badGrid(`parameter ${show(name)} must not be in both grid and points. Remove it from one of them.`);
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
  if (list.length === 0)
    throw badGrid(`the values of ${show(name)} must not be empty. Add a value, or remove the name from grid.`);
  const seen = new Set<unknown>();
  return list.map((value: unknown) => {
    const type = typeof value;
    if (value !== null && type !== 'boolean' && type !== 'number' && type !== 'string') {
      throw badGrid(`the values of ${show(name)} must be null, booleans, numbers or strings, not ${show(value)}.`);
    }
    if (seen.has(value))
      throw badGrid(`the values of ${show(name)} must be distinct, but contain ${show(value)} twice. Remove one.`);
    seen.add(value);
    return (value === 0 ? 0 : value) as Scalar; // Storages turn -0 into 0.
  });
}
