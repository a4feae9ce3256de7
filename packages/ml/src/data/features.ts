import { AsktellError, show } from '@asktell/core';

/** A typed array of numbers. */
export type NumberArray =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** A dense matrix in one array, row by row: `data[i * shape[1] + j]` is feature `j` of row `i`. */
export interface ShapedArray<A extends NumberArray = NumberArray> {
  readonly data: A;
  /** Rows and columns. */
  readonly shape: readonly [number, number];
}

/** The members of ml-matrix's `Matrix` that are used. */
export interface MatrixLike {
  readonly rows: number;
  readonly columns: number;
  get(row: number, column: number): number;
  /** A matrix of the rows with these indices. */
  subMatrixRow(rows: number[]): MatrixLike;
}

/** The features of a data set, one row per sample: arrays, a typed array with a shape, or a `Matrix` of ml-matrix. */
export type Features = readonly ArrayLike<number>[] | ShapedArray | MatrixLike;

type Kind = 'rows' | 'shaped' | 'matrix';

function kindOf(features: Features): Kind | null {
  if (Array.isArray(features)) return 'rows';
  if (typeof features !== 'object' || features === null) return null;
  if ('shape' in features && 'data' in features) return 'shaped';
  if ('subMatrixRow' in features && 'rows' in features) return 'matrix';
  return null;
}

/** The number of samples. */
export function rowCount(features: Features): number {
  if (Array.isArray(features)) return features.length;
  return 'shape' in features ? features.shape[0] : (features as MatrixLike).rows;
}

/** The number of features of a row. */
export function columnCount(features: Features): number {
  if (Array.isArray(features)) return (features[0] as ArrayLike<number> | undefined)?.length ?? 0;
  return 'shape' in features ? features.shape[1] : (features as MatrixLike).columns;
}

/** One feature of one sample. */
export function feature(features: Features, row: number, column: number): number {
  if (Array.isArray(features)) return (features[row] as ArrayLike<number>)[column] as number;
  if ('shape' in features) return features.data[row * features.shape[1] + column] as number;
  return (features as MatrixLike).get(row, column);
}

/** The rows with these indices, in the same representation. Rows of arrays are shared, not copied. */
export function takeRows<X extends Features>(features: X, rows: ArrayLike<number>): X {
  if (Array.isArray(features)) return Array.from(rows, (row) => features[row]) as unknown as X;
  if (!('shape' in features)) return (features as MatrixLike).subMatrixRow(Array.from(rows)) as X;
  const width = features.shape[1];
  const data = new (features.data.constructor as new (length: number) => NumberArray)(rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * width;
    data.set(features.data.subarray(start, start + width), i * width);
  }
  return { data, shape: [rows.length, width] } as unknown as X;
}

/**
 * Checks that the features are a matrix of numbers, finite ones unless `finite` is `false`.
 * @throws AsktellError `invalid-data`
 */
export function checkFeatures(where: string, features: Features, finite: boolean = true): void {
  const kind = kindOf(features);
  if (kind === null)
    throw invalid(`${where}: X must be rows of numbers, { data, shape } or a matrix, not ${show(features)}.`);
  if (kind === 'shaped' && !isShape((features as ShapedArray).shape))
    throw invalid(`${where}: the shape of X must be two whole numbers, not ${show((features as ShapedArray).shape)}.`);
  const rows = rowCount(features);
  const columns = columnCount(features);
  if (rows === 0 || columns === 0)
    throw invalid(`${where}: X has no ${rows === 0 ? 'rows' : 'columns'}. Pass at least one.`);
  if (kind === 'shaped' && (features as ShapedArray).data.length !== rows * columns)
    throw invalid(
      `${where}: X has the shape ${show((features as ShapedArray).shape)}, but ${(features as ShapedArray).data.length} numbers. Correct the shape.`,
    );
  for (let i = 0; i < rows; i++) {
    if (kind === 'rows' && (features as readonly ArrayLike<number>[])[i]?.length !== columns)
      throw invalid(
        `${where}: row ${i} of X has ${(features as readonly ArrayLike<number>[])[i]?.length ?? 0} features, but row 0 has ${columns}.`,
      );
    for (let j = 0; j < columns; j++) {
      const value = feature(features, i, j);
      if (typeof value !== 'number')
        throw invalid(`${where}: X contains ${show(value)} in row ${i}, column ${j}. Encode it as a number.`);
      if (finite && !Number.isFinite(value))
        throw invalid(
          `${where}: X contains ${show(value)} in row ${i}, column ${j}. Replace or remove missing values, or pass checkFinite: false if the estimator accepts them.`,
        );
    }
  }
}

function invalid(message: string): AsktellError {
  return new AsktellError('invalid-data', message);
}

function isShape(shape: unknown): boolean {
  return Array.isArray(shape) && shape.length === 2 && shape.every((size) => Number.isInteger(size) && size >= 0);
}
