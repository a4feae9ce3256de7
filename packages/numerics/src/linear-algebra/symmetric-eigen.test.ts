import fc from 'fast-check';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { SymmetricEigen } from './symmetric-eigen.ts';

/** A symmetric n × n matrix filled with the numbers, which are repeated as needed. */
function symmetric(n: number, numbers: readonly number[]): Float64Array {
  const a = new Float64Array(n * n);
  for (let i = 0, next = 0; i < n; i++)
    for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = numbers[next++ % numbers.length] as number;
  return a;
}

function decompose(a: Float64Array, n: number): { values: Float64Array; vectors: Float64Array } {
  const values = new Float64Array(n);
  const vectors = new Float64Array(n * n);
  expect(new SymmetricEigen(n).decompose(a, values, vectors)).toBe(true);
  return { values, vectors };
}

/** Largest entry of |V Vᵀ - I| and of |Vᵀ diag(values) V - A|. */
function defects(a: Float64Array, n: number, { values, vectors }: ReturnType<typeof decompose>): [number, number] {
  let orthogonality = 0;
  let residual = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let product = i === j ? -1 : 0;
      let back = -(a[i * n + j] as number);
      for (let k = 0; k < n; k++) {
        product += (vectors[i * n + k] as number) * (vectors[j * n + k] as number);
        back += (values[k] as number) * (vectors[k * n + i] as number) * (vectors[k * n + j] as number);
      }
      orthogonality = Math.max(orthogonality, Math.abs(product));
      residual = Math.max(residual, Math.abs(back));
    }
  }
  return [orthogonality, residual];
}

function expectDecomposed(a: Float64Array, n: number): void {
  const result = decompose(a, n);
  const scale = a.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-100);
  const [orthogonality, residual] = defects(a, n, result);
  expect(orthogonality).toBeLessThan(1e-13 * n);
  expect(residual).toBeLessThan(2e-14 * n * scale);
  for (let k = 1; k < n; k++) expect(result.values[k]).toBeGreaterThanOrEqual(result.values[k - 1] as number);
}

const sizes = fc.integer({ min: 1, max: 24 });
/** Zero or not tiny, because ml-matrix loses entries whose squares underflow. */
const entry = fc.double({ min: -10, max: 10, noNaN: true }).map((x) => (Math.abs(x) < 1e-100 ? 0 : x));
const numbers = fc.array(fc.oneof(entry, fc.constantFrom(0, 1, -1, 1e-12, 1e6)), { minLength: 1, maxLength: 60 });

describe('SymmetricEigen', () => {
  it('returns orthonormal vectors that reconstruct the matrix, and ascending values', () => {
    fc.assert(
      fc.property(sizes, numbers, (n, entries) => {
        expectDecomposed(symmetric(n, entries), n);
      }),
    );
  });

  it('returns orthonormal vectors for entries whose squares underflow', () => {
    for (let exponent = -320; exponent <= -1; exponent++) {
      const tiny = 10 ** exponent;
      for (const entries of [
        [0, 0, 0, tiny, 0, 0, 0, 0, -1, 0],
        [tiny, -1, 0, 0, tiny],
        [0, tiny, 1, tiny, 0, -tiny, 2],
      ])
        for (const n of [2, 3, 6, 11]) expectDecomposed(symmetric(n, entries), n);
    }
  });

  it('finds the same eigenvalues as ml-matrix', () => {
    fc.assert(
      fc.property(sizes, numbers, (n, entries) => {
        const a = symmetric(n, entries);
        const { values } = decompose(a, n);
        const oracle = new EigenvalueDecomposition(new Matrix(Matrix.from1DArray(n, n, Array.from(a))), {
          assumeSymmetric: true,
        });
        const expected = [...oracle.realEigenvalues].sort((x, y) => x - y);
        const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-100);
        for (let k = 0; k < n; k++)
          expect(Math.abs((values[k] as number) - (expected[k] as number))).toBeLessThan(1e-12 * scale);
      }),
    );
  });

  it('resolves the small eigenvalues of a graded matrix over 14 orders of magnitude', () => {
    // The entries grow with the row. In this order QL has a small relative error for each eigenvalue.
    const n = 15;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) a[i * n + i] = 10 ** -(n - 1 - i);
    const { values, vectors } = decompose(a, n);
    for (let k = 0; k < n; k++) expect(values[k]).toBeCloseTo(10 ** -(n - 1 - k), 25 - k);
    expect(defects(a, n, { values, vectors })[0]).toBe(0);
  });

  it('finds the eigenvalues 2 - 2 cos(k π / (n + 1)) of the path matrix', () => {
    for (const n of [1, 2, 3, 50, 200]) {
      const a = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        a[i * n + i] = 2;
        if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
      }
      const { values } = decompose(a, n);
      for (let k = 0; k < n; k++) expect(values[k]).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 12);
    }
  });

  it('handles n = 0, zeros, equal eigenvalues and very large or small entries', () => {
    expect(new SymmetricEigen(0).decompose(new Float64Array(0), new Float64Array(0), new Float64Array(0))).toBe(true);
    expect(Array.from(decompose(new Float64Array(9), 3).values)).toEqual([0, 0, 0]);
    expect(Array.from(decompose(symmetric(3, [1]), 3).values).map((x) => Math.round(x * 1e12) / 1e12 + 0)).toEqual([
      0, 0, 3,
    ]);
    for (const size of [1e300, 1e-300]) {
      const a = symmetric(4, [3, 1, 2, 0.5, -1, 4, 1, 0, 2, 1]).map((x) => x * size);
      const plain = decompose(symmetric(4, [3, 1, 2, 0.5, -1, 4, 1, 0, 2, 1]), 4).values;
      decompose(a, 4).values.forEach((x, k) => {
        expect(x / size).toBeCloseTo(plain[k] as number, 12);
      });
    }
  });

  it('does not modify the matrix, reads only the lower triangle, and returns false for entries that are not finite', () => {
    const a = Float64Array.of(2, Number.NaN, 1, 3);
    const kept = a.slice();
    decompose(a, 2);
    expect(a).toEqual(kept);
    const solver = new SymmetricEigen(2);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(solver.decompose(Float64Array.of(1, 0, bad, 1), new Float64Array(2), new Float64Array(4))).toBe(false);
    expect(solver.decompose(Float64Array.of(1, 0, 0, 1), new Float64Array(2), new Float64Array(4))).toBe(true);
  });
});
