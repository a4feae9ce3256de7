/** A data set for classification: one row of numbers and one class index per sample. */
export interface Samples {
  readonly features: readonly (readonly number[])[];
  readonly labels: readonly number[];
  readonly classes: readonly string[];
}

/** Scales every column to mean 0 and standard deviation 1. */
export function standardize(rows: readonly (readonly number[])[]): number[][] {
  const columns = (rows[0] ?? []).map((_, j) => rows.map((row) => row[j] as number));
  const scales = columns.map((column) => {
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  return rows.map((row) =>
    row.map((value, j) => {
      const { mean, deviation } = scales[j] as { mean: number; deviation: number };
      return (value - mean) / deviation;
    }),
  );
}
