import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { choleskyInPlace } from './cholesky.ts';
import { CholeskyFactor } from './cholesky-factor.ts';
import { solveLower, solveLowerRows, solveLowerTransposed, solveLowerTransposedRows } from './triangular-solve.ts';

interface Case {
  readonly n: number;
  readonly shift: number;
  readonly rows: readonly (readonly number[])[];
  readonly logDeterminant: number;
  readonly lower: readonly number[];
  readonly lowerTransposed: readonly number[];
  readonly solution: readonly number[];
  readonly inverseDiagonal: readonly number[];
}

const fixture = JSON.parse(readFileSync(new URL('fixtures/cholesky.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};

/** The lower triangle of B Bᵀ + shift I for a B with repeating numbers. The upper triangle is NaN, because it must not be read. */
function gram(n: number, shift: number, numbers: (i: number, j: number) => number, stride: number = n): Float64Array {
  const a = new Float64Array(n * stride).fill(Number.NaN);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? shift : 0;
      for (let k = 0; k < n; k++) sum += numbers(i, k) * numbers(j, k);
      a[i * stride + j] = sum;
    }
  }
  return a;
}

const fromFormula = (n: number, shift: number): Float64Array =>
  gram(n, shift, (i, j) => (((7 * i + 13 * j + i * j) % 17) - 8) / 8);
const rightHandSide = (n: number): Float64Array => Float64Array.from({ length: n }, (_, i) => (((5 * i) % 11) - 5) / 4);

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  const scale = Array.from(expected).reduce((most, x) => Math.max(most, Math.abs(x)), 1e-300);
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs((actual[i] as number) - (expected[i] as number))).toBeLessThanOrEqual(tolerance * scale);
}

/** Largest entry of |L Lᵀ - A - jitter I| over the largest of |A|. */
function residual(factor: CholeskyFactor, a: Float64Array, stride: number, jitter: number): number {
  const { lower, size, stride: own } = factor;
  let worst = 0;
  let scale = 0;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = (a[i * stride + j] as number) + (i === j ? jitter : 0);
      let rest = entry;
      for (let k = 0; k <= j; k++) rest -= (lower[i * own + k] as number) * (lower[j * own + k] as number);
      worst = Math.max(worst, Math.abs(rest));
      scale = Math.max(scale, Math.abs(entry));
    }
  }
  return worst / scale;
}

const sizes = fc.integer({ min: 1, max: 40 });
const entries = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 1, maxLength: 50 });
const positiveDefinite = fc
  .tuple(sizes, entries)
  .map(([n, numbers]) => ({ n, a: gram(n, 1, (i, j) => numbers[(i * n + j) % numbers.length] as number) }));

describe('Cholesky factor against numpy and scipy', () => {
  it.each(fixture.cases)('$n rows', ({ n, shift, rows, ...expected }) => {
    const a = fromFormula(n, shift);
    const factor = new CholeskyFactor();
    expect(factor.factorise(a, n)).toBe(0);
    rows.forEach((row, k) => {
      const at = (n - rows.length + k) * factor.stride;
      expectClose(factor.lower.subarray(at), row, 1e-13);
    });
    expect(factor.logDeterminant()).toBeCloseTo(expected.logDeterminant, 10);
    const b = rightHandSide(n);
    const solved = b.slice();
    factor.solveLower(solved);
    expectClose(solved, expected.lower, 1e-12);
    solved.set(b);
    factor.solveLowerTransposed(solved);
    expectClose(solved, expected.lowerTransposed, 1e-11);
    solved.set(b);
    factor.solve(solved);
    expectClose(solved, expected.solution, 1e-11);
    factor.invert();
    const stride = factor.stride;
    const inverse = new Float64Array(stride * stride);
    factor.subtractInverse(inverse, stride);
    const diagonal = expected.inverseDiagonal.map((_, i) => -(inverse[i * stride + i] as number));
    expectClose(diagonal, expected.inverseDiagonal, 1e-11);
  });
});

describe('Cholesky factor', () => {
  it('reconstructs the matrix and equals the factor of ml-matrix', () => {
    fc.assert(
      fc.property(positiveDefinite, ({ n, a }) => {
        const factor = new CholeskyFactor(1);
        expect(factor.factorise(a, n)).toBe(0);
        expect(residual(factor, a, n, 0)).toBeLessThan(1e-14 * n);
        const full = Matrix.zeros(n, n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) full.set(i, j, a[Math.max(i, j) * n + Math.min(i, j)] as number);
        const oracle = new CholeskyDecomposition(full).lowerTriangularMatrix;
        for (let i = 0; i < n; i++)
          expectClose(factor.lower.subarray(i * factor.stride), oracle.getRow(i).slice(0, i + 1), 1e-11);
      }),
    );
  });

  it('equals the factorisation of the whole matrix after appending rows', () => {
    fc.assert(
      fc.property(positiveDefinite, fc.nat(), fc.boolean(), ({ n, a }, from, inverted) => {
        const whole = new CholeskyFactor();
        whole.factorise(a, n);
        whole.invert();
        const grown = new CholeskyFactor(1);
        const first = from % (n + 1);
        grown.factorise(a, first, n);
        if (inverted) grown.invert();
        for (let i = first; i < n; i++) expect(grown.append(a, i * n)).toBe(0);
        expect(grown.size).toBe(n);
        expect(grown.inverse === null).toBe(!inverted);
        const scale = Math.max(...a.filter((x) => !Number.isNaN(x)).map(Math.abs), 1);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            const [here, there] = [i * grown.stride + j, i * whole.stride + j];
            expect(Math.abs((grown.lower[here] as number) - (whole.lower[there] as number))).toBeLessThan(
              1e-12 * scale,
            );
            if (grown.inverse === null) continue;
            const expected = whole.inverse?.[there] as number;
            expect(Math.abs((grown.inverse[here] as number) - expected)).toBeLessThan(1e-9);
            expect(grown.inverse[j * grown.stride + i]).toBe(grown.inverse[here]);
          }
        }
      }),
    );
  });

  it('updates the inverse factor when rows are appended or truncated and memory grows', () => {
    fc.assert(
      fc.property(positiveDefinite, fc.array(fc.nat(), { maxLength: 6 }), ({ n, a }, cuts) => {
        const factor = new CholeskyFactor(1);
        factor.factorise(a, 0, n);
        factor.invert();
        for (const cut of [...cuts, 0]) {
          while (factor.size < n) factor.append(a, factor.size * n);
          if (cut > 0) factor.truncate(cut % (n + 1));
        }
        const { inverse, lower, stride } = factor;
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let product = i === j ? -1 : 0;
            for (let k = j; k <= i; k++)
              product += (lower[i * stride + k] as number) * (inverse?.[k * stride + j] as number);
            expect(Math.abs(product)).toBeLessThan(1e-9);
          }
        }
        const c = new Float64Array(stride * stride);
        factor.subtractInverse(c, stride);
        const b = rightHandSide(n);
        const solved = b.slice();
        factor.solve(solved);
        const scale = Math.max(1, ...solved.map(Math.abs));
        for (let i = 0; i < n; i++) {
          let sum = solved[i] as number;
          for (let j = 0; j < n; j++) sum += (c[Math.max(i, j) * stride + Math.min(i, j)] as number) * (b[j] as number);
          expect(Math.abs(sum)).toBeLessThan(1e-8 * scale);
        }
      }),
    );
  });

  it('solves for many right-hand sides as for single ones', () => {
    fc.assert(
      fc.property(positiveDefinite, fc.integer({ min: 0, max: 9 }), ({ n, a }, count) => {
        const factor = new CholeskyFactor();
        factor.factorise(a, n);
        const { lower, stride } = factor;
        const rows = Float64Array.from({ length: count * (n + 3) }, (_, i) => Math.sin(i));
        const [forward, back] = [rows.slice(), rows.slice()];
        solveLowerRows(lower, n, stride, forward, count, n + 3);
        solveLowerTransposedRows(lower, n, stride, back, count, n + 3);
        const [expectedForward, expectedBack] = [rows.slice(), rows.slice()];
        for (let k = 0; k < count; k++) {
          solveLower(lower, n, stride, expectedForward, k * (n + 3));
          solveLowerTransposed(lower, n, stride, expectedBack, k * (n + 3));
        }
        expect(forward).toEqual(expectedForward);
        expect(back).toEqual(expectedBack);
      }),
    );
  });

  it('adds jitter for duplicates and near duplicates, up to 200 rows', () => {
    const near = fc.tuple(
      fc.integer({ min: 2, max: 200 }),
      fc.constantFrom(0, 1e-14, 1e-9),
      fc.integer({ min: 1, max: 50 }),
    );
    fc.assert(
      fc.property(near, ([n, apart, different]) => {
        // Gaussian kernel of points on a line, with many near duplicates of each point.
        const x = Float64Array.from({ length: n }, (_, i) => (i % different) / different + apart * i);
        const a = new Float64Array(n * n);
        for (let i = 0; i < n; i++)
          for (let j = 0; j <= i; j++)
            a[i * n + j] = Math.exp(-0.5 * (((x[i] as number) - (x[j] as number)) * 10) ** 2);
        const factor = new CholeskyFactor();
        const jitter = factor.factorise(a, n) as number;
        expect(jitter).toBe(factor.jitter);
        expect(jitter).toBeGreaterThanOrEqual(0);
        expect(jitter).toBeLessThanOrEqual(1.1e-3);
        if (apart === 0 && different < n) expect(jitter).toBeGreaterThan(0);
        expect(residual(factor, a, n, jitter)).toBeLessThan(1e-12);
        // Another duplicate needs jitter as well.
        const row = Float64Array.from({ length: n + 1 }, (_, j) => (j === n ? 1 : (a[j * n] as number)));
        const added = factor.append(row) as number;
        expect(added).toBeGreaterThan(0);
        expect(added).toBeGreaterThanOrEqual(jitter);
        expect(factor.size).toBe(n + 1);
      }),
      { numRuns: 40 },
    );
  });

  it('returns undefined if no jitter makes the matrix positive definite', () => {
    const factor = new CholeskyFactor();
    for (const a of [
      [1, 0, 2, 1],
      [-1, 0, 0, 1],
      [Number.NaN, 0, 0, 1],
      [1, 0, Number.NaN, 1],
      [1, 0, 0, Number.POSITIVE_INFINITY],
      [0, 0, 0, 0],
    ]) {
      expect(factor.factorise(Float64Array.from(a), 2)).toBeUndefined();
      expect(factor.size).toBe(0);
    }
    expect(factor.factorise(Float64Array.of(4), 1)).toBe(0);
    for (const row of [
      [3, Number.NaN],
      [Number.NaN, 1],
      [1, Number.POSITIVE_INFINITY],
      [100, 1],
      [0, -1],
    ]) {
      expect(factor.append(Float64Array.from(row))).toBeUndefined();
      expect(factor.size).toBe(1);
    }
    expect(factor.append(Float64Array.of(2, 2))).toBe(0);
    expect([...factor.lower.subarray(factor.stride, factor.stride + 2)]).toEqual([1, 1]);
  });

  it('rejects invalid sizes and a missing inverse', () => {
    const factor = new CholeskyFactor();
    factor.factorise(Float64Array.of(4), 1);
    for (const size of [-1, 2, 0.5, Number.NaN]) expect(() => factor.truncate(size)).toThrow(RangeError);
    expect(() => factor.subtractInverse(new Float64Array(16), 4)).toThrow('Call invert()');
    factor.truncate(0);
    expect([factor.size, factor.logDeterminant()]).toEqual([0, 0]);
  });
});

describe('choleskyInPlace', () => {
  it('modifies only the lower triangle, with a separate stride', () => {
    fc.assert(
      fc.property(sizes, entries, fc.integer({ min: 0, max: 5 }), (n, numbers, gap) => {
        const stride = n + gap;
        const a = gram(n, 1, (i, j) => numbers[(i * n + j) % numbers.length] as number, stride);
        const kept = a.slice();
        expect(choleskyInPlace(a, n, stride)).toBe(n);
        for (let i = 0; i < n; i++)
          for (let j = i + 1; j < stride; j++) expect(a[i * stride + j]).toBe(kept[i * stride + j]);
      }),
    );
  });

  it('returns the row that failed', () => {
    for (let bad = 0; bad < 23; bad++) {
      const a = gram(23, 1, (i, j) => ((i * 5 + j * 3) % 7) / 7);
      a[bad * 23 + bad] = -1;
      expect(choleskyInPlace(a, 23)).toBe(bad);
    }
  });
});
