import { doubleExponential, type Exponential, log2E, powersOfHalf, singleExponential } from './exponential.ts';
import type { KernelProblem } from './kernel-problem.ts';

/**
 * The sums in scalar arithmetic. Operations and their order equal those of the vector code, so that both give the same bits: kernels
 * are added to one partial sum per lane in turn.
 */
export function scalarSums(problem: KernelProblem, kernels: number, precision: 'single' | 'double'): void {
  const { points, maxima, sums } = problem;
  const isSingle = precision === 'single';
  const exponents = isSingle ? new Float32Array(kernels) : new Float64Array(kernels);
  const sum = isSingle ? sumSingle : sumDouble;
  for (let point = 0; point < points; point++) {
    if (isSingle) fillSingle(problem, point, exponents as Float32Array);
    else fillDouble(problem, point, exponents as Float64Array);
    let max = maxima[point * problem.lanes] as number;
    // Kernels that are left out can have NaN as exponent. A comparison with NaN is false.
    for (let i = 0; i < kernels; i++) if ((exponents[i] as number) > max) max = exponents[i] as number;
    const lanes = sums.subarray(point * problem.lanes, (point + 1) * problem.lanes).fill(0);
    maxima[point * problem.lanes] = max;
    sum(exponents, problem.weights, max, lanes);
  }
}

function fillSingle(problem: KernelProblem, point: number, exponents: Float32Array): void {
  const { axes, lookups, stride, centres, scales, norms, rows, coordinates, rowStarts } = problem;
  const round = Math.fround;
  for (let i = 0; i < exponents.length; i++) exponents[i] = norms[i] as number;
  for (let k = 0; k < axes; k++) {
    const x = coordinates[point * axes + k] as number;
    const from = k * stride;
    for (let i = 0; i < exponents.length; i++) {
      let t = round((centres[from + i] as number) - x);
      if (scales !== null) t = round(t * (scales[from + i] as number));
      exponents[i] = round((exponents[i] as number) - round(t * t));
    }
  }
  for (let k = 0; k < lookups; k++) {
    const from = rowStarts[point * lookups + k] as number;
    for (let i = 0; i < exponents.length; i++)
      exponents[i] = round((exponents[i] as number) + (rows[from + i] as number));
  }
}

function fillDouble(problem: KernelProblem, point: number, exponents: Float64Array): void {
  const { axes, lookups, stride, centres, scales, norms, rows, coordinates, rowStarts } = problem;
  for (let i = 0; i < exponents.length; i++) exponents[i] = norms[i] as number;
  for (let k = 0; k < axes; k++) {
    const x = coordinates[point * axes + k] as number;
    const from = k * stride;
    for (let i = 0; i < exponents.length; i++) {
      let t = (centres[from + i] as number) - x;
      if (scales !== null) t *= scales[from + i] as number;
      exponents[i] = (exponents[i] as number) - t * t;
    }
  }
  for (let k = 0; k < lookups; k++) {
    const from = rowStarts[point * lookups + k] as number;
    for (let i = 0; i < exponents.length; i++) exponents[i] = (exponents[i] as number) + (rows[from + i] as number);
  }
}

type Floats = Float32Array | Float64Array;

const single = toSinglePrecision(singleExponential);

function toSinglePrecision({
  coefficients,
  ...rest
}: Exponential): Exponential & { readonly log2E: number; readonly ln2: number } {
  return {
    ...rest,
    coefficients: coefficients.map(Math.fround),
    log2E: Math.fround(log2E),
    ln2: Math.fround(Math.LN2),
  };
}

function sumSingle(exponents: Floats, weights: Floats, max: number, sums: Floats): void {
  const { coefficients, cutoff, rounder } = single;
  const [c0, c1, c2, c3, c4, c5] = coefficients as [number, number, number, number, number, number];
  const round = Math.fround;
  for (let i = 0; i < exponents.length; i++) {
    const t = round((exponents[i] as number) - max);
    if (!(t > -cutoff)) continue;
    const k = round(round(round(t * single.log2E) + rounder) - rounder);
    const u = round(t - round(k * single.ln2));
    let p = round(round(c5 * u) + c4);
    p = round(round(p * u) + c3);
    p = round(round(p * u) + c2);
    p = round(round(p * u) + c1);
    p = round(round(p * u) + c0);
    const term = round(round(p * (powersOfHalf[-k] as number)) * (weights[i] as number));
    const lane = i % sums.length;
    sums[lane] = (sums[lane] as number) + term;
  }
}

function sumDouble(exponents: Floats, weights: Floats, max: number, sums: Floats): void {
  const { coefficients, cutoff, rounder } = doubleExponential;
  const [c0, c1, c2, c3, c4, c5, c6, c7] = coefficients as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  for (let i = 0; i < exponents.length; i++) {
    const t = (exponents[i] as number) - max;
    if (!(t > -cutoff)) continue;
    const k = t * log2E + rounder - rounder;
    const u = t - k * Math.LN2;
    const p = ((((((c7 * u + c6) * u + c5) * u + c4) * u + c3) * u + c2) * u + c1) * u + c0;
    const lane = i % sums.length;
    sums[lane] = (sums[lane] as number) + p * (powersOfHalf[-k] as number) * (weights[i] as number);
  }
}
