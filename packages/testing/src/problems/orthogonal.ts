import type { Rng } from '@asktell/core';

/**
 * A uniformly random orthogonal matrix (Stewart 1980). Gram–Schmidt on normal draws, repeated once for accuracy.
 * @returns n rows of n, orthonormal
 */
export function randomOrthogonal(n: number, rng: Rng): readonly Float64Array[] {
  const rows: Float64Array[] = [];
  while (rows.length < n) {
    const row = Float64Array.from({ length: n }, () => rng.normal());
    for (const earlier of [...rows, ...rows]) {
      const overlap = dot(earlier, row);
      for (let i = 0; i < n; i++) row[i] = (row[i] as number) - overlap * (earlier[i] as number);
    }
    const length = Math.sqrt(dot(row, row));
    if (length < 1e-6) continue; // nearly dependent on the earlier rows
    rows.push(row.map((value) => value / length));
  }
  return rows;
}

/** Matrix times vector. */
export function multiply(rows: readonly Float64Array[], x: ArrayLike<number>): Float64Array {
  return Float64Array.from(rows, (row) => dot(row, x));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
