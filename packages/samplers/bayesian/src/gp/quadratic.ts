import { CholeskyFactor, Lbfgsb } from '@asktell/numerics';
import type { Axis } from './axis.ts';
import type { Domain } from './domain.ts';
import type { GpState } from './state.ts';

/**
 * The minimum, inside the box of a domain, of the quadratic with the least norm of coefficients through the observations next to the best point.
 * `null` when there are too few of them or the minimum is where the best point is.
 */
export function quadraticMinimum(
  { encoding, observed, best }: GpState,
  domain: Domain,
  centre: Float64Array,
  halves: readonly number[],
  distances: Float64Array,
): Float64Array | null {
  const { numeric, columns, columnOf, axisOf } = encoding;
  if (numeric === 0) return null;
  const middle = new Float64Array(columns);
  encoding.toColumns(centre, 0, middle, 0);
  const most = Math.floor((1.2 * (numeric + 1) * (numeric + 2)) / 2);
  const rows = Array.from({ length: observed.size }, (_, i) => i)
    .filter((i) => {
      for (let j = numeric; j < columns; j++) if (observed.points[i * columns + j] !== middle[j]) return false;
      return Number.isFinite(observed.values[i]);
    })
    .sort((a, b) => (distances[a] as number) - (distances[b] as number) || b - a)
    .slice(0, most);
  const m = rows.length;
  if (m < numeric + 2) return null;
  const z = new Float64Array(m * numeric);
  let largest = 0;
  rows.forEach((i, k) => {
    for (let j = 0; j < numeric; j++) {
      const half = halves[axisOf[j] as number] as number;
      const value = ((observed.points[i * columns + j] as number) - (middle[j] as number)) / (2 * half);
      z[k * numeric + j] = value;
      largest = Math.max(largest, Math.abs(value));
    }
  });
  if (!(largest > 0)) return null;
  for (let k = 0; k < z.length; k++) z[k] = (z[k] as number) / largest;
  const base = observed.values[best] as number;
  const y = Float64Array.from(rows, (i) => (observed.values[i] as number) - base);
  let square = 0;
  for (const value of y) square += (value * value) / m;
  const scale = Math.sqrt(square);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return null;
  for (let k = 0; k < m; k++) y[k] = (y[k] as number) / scale;
  const gram = new Float64Array(m * m);
  for (let p = 0; p < m; p++) {
    for (let q = 0; q <= p; q++) {
      let dot = 1;
      for (let j = 0; j < numeric; j++) dot += (z[p * numeric + j] as number) * (z[q * numeric + j] as number);
      gram[p * m + q] = dot * dot + (p === q ? 4e-8 : 0);
    }
  }
  const factor = new CholeskyFactor(m);
  if (factor.factorise(gram, m) === undefined) return null;
  factor.solve(y);
  const lower = new Float64Array(numeric);
  const upper = new Float64Array(numeric);
  for (let j = 0; j < numeric; j++) {
    const a = axisOf[j] as number;
    const unit = 2 * (halves[a] as number) * largest;
    const isActive = encoding.isActive(a, centre);
    lower[j] = isActive ? Math.min(0, ((domain.lower[a] as number) - (middle[j] as number)) / unit) : 0;
    upper[j] = isActive ? Math.max(0, ((domain.upper[a] as number) - (middle[j] as number)) / unit) : 0;
  }
  const x = new Float64Array(numeric);
  new Lbfgsb(numeric).minimize(
    (at, gradient) => {
      gradient.fill(0);
      let value = 0;
      for (let k = 0; k < m; k++) {
        let dot = 1;
        for (let j = 0; j < numeric; j++) dot += (z[k * numeric + j] as number) * (at[j] as number);
        const weight = y[k] as number;
        value += weight * dot * dot;
        for (let j = 0; j < numeric; j++)
          gradient[j] = (gradient[j] as number) + 2 * weight * dot * (z[k * numeric + j] as number);
      }
      return value;
    },
    x,
    lower,
    upper,
    { maxIterations: 60, gradientTolerance: 1e-10, decreaseTolerance: 1e-14, firstStep: 0.5 },
  );
  const design = centre.slice();
  let moved = 0;
  for (let a = 0; a < encoding.axes.length; a++) {
    if ((encoding.axes[a] as Axis).kind === 'choice') continue;
    const j = columnOf[a] as number;
    const unit = 2 * (halves[a] as number) * largest;
    const at = Math.min(domain.upper[a] as number, Math.max(domain.lower[a] as number, (middle[j] as number) + unit * (x[j] as number)));
    if (!encoding.isActive(a, centre)) continue;
    design[a] = encoding.snap(a, at);
    moved = Math.max(moved, Math.abs((design[a] as number) - (centre[a] as number)));
  }
  return moved < 1e-7 ? null : design;
}
