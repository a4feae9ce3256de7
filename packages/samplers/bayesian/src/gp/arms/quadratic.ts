import { CholeskyFactor, Lbfgsb } from '@asktell/numerics';
import type { Ask } from '../ask.ts';
import type { Observation } from '../data/observations.ts';
import { valuesOf } from '../data/ranking.ts';
import { standardised, withoutInfinities } from '../data/targets.ts';
import { boxAround, type Domain } from '../search/domain.ts';
import type { Steps } from '../steps.ts';
import type { Suggestion } from './arm.ts';
import { localArm } from './local.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

/** Maximum number of observations, as a multiple of the number of coefficients of a quadratic. */
const mostShare = 1.2;
/** Minimum number where there are choices, likewise. With fewer, the minimum is hardly ever better than the best point. */
const leastShare = 0.5;
/** Keeps the matrix regular. */
const ridge = 4e-8;
/** Shorter moves count as none. */
const leastMove = 1e-7;

/**
 * The minimum of a quadratic through the observations near the best point. It is exact for quadratic objectives, to
 * whose minimum a Gaussian process converges slowly. If there is no such minimum, the local arm proposes. It has no suggestion
 * if too few observations share the choices of the best point.
 */
export function* quadraticArm(ask: Ask): Steps<Suggestion> {
  const where = surroundings(ask);
  const { state, domain } = ask;
  const { encoding } = state;
  const inside = boxAround(domain, ask.best[0] as Float64Array, where.halves);
  const isMixed = encoding.numeric < encoding.axes.length;
  const data = pointsOf(ask, where);
  if (data === null) return isMixed ? { found: [], predictors: [] } : yield* localArm(ask, where);
  const design = quadraticMinimum(ask, inside, where, data);
  if (design === null || inside.accepts?.(design, 0) === false) return yield* localArm(ask, where);
  const columns = new Float64Array(encoding.columns);
  encoding.toColumns(design, 0, columns, 0);
  if (inside.isTaken(columns, 0)) return yield* localArm(ask, where);
  return { found: [{ design, value: Number.NaN }], predictors: [] };
}

/** The points nearest to the best one that have the same choices; `null` if there are too few of them. */
function pointsOf(ask: Ask, { nearest }: Surroundings): readonly Observation[] | null {
  const { encoding, recipe } = ask.state;
  const { numeric, columns, axisOf } = encoding;
  const middle = (ask.ranked[0] as Observation).point;
  const hasSameChoices = ({ point }: Observation): boolean => {
    for (let j = numeric; j < columns; j++) if (point[j] !== middle[j]) return false;
    return true;
  };
  let active = 0;
  for (let j = 0; j < numeric; j++) if (encoding.isActive(axisOf[j] as number, ask.best[0] as Float64Array)) active++;
  const coefficients = (d: number): number => ((d + 1) * (d + 2)) / 2;
  const most = Math.min(recipe.mostPoints, Math.floor(mostShare * coefficients(numeric)));
  const data = nearest.filter((other) => other.outcome !== 'pruned' && hasSameChoices(other)).slice(0, most);
  const share = numeric < encoding.axes.length ? leastShare * coefficients(active) : 0;
  return active === 0 || data.length < Math.max(active + 2, share) ? null : data;
}

/**
 * Minimises, in the box of the domain, the quadratic whose coefficients have the least norm among those that
 * interpolate the observations nearest to the best point that have the same choices: Σ_i a_i (1 + z_i·z)² with (G +
 * ridge) a = y, G_ij = (1 + z_i·z_j)².
 */
function quadraticMinimum(
  ask: Ask,
  inside: Domain,
  { halves }: Surroundings,
  data: readonly Observation[],
): Float64Array | null {
  const { encoding } = ask.state;
  const { numeric, axisOf } = encoding;
  const centre = ask.best[0] as Float64Array;
  const middle = (ask.ranked[0] as Observation).point;
  const m = data.length;
  const units = Float64Array.from({ length: numeric }, (_, j) => 2 * (halves[axisOf[j] as number] as number));
  const z = new Float64Array(m * numeric);
  let largest = 0;
  data.forEach(({ point }, k) => {
    for (let j = 0; j < numeric; j++) {
      const value = ((point[j] as number) - (middle[j] as number)) / (units[j] as number);
      z[k * numeric + j] = value;
      largest = Math.max(largest, Math.abs(value));
    }
  });
  if (largest === 0) return null;
  for (let k = 0; k < z.length; k++) z[k] = (z[k] as number) / largest;
  for (let j = 0; j < numeric; j++) units[j] = (units[j] as number) * largest;
  const weights = leastNorm(z, m, numeric, standardised(withoutInfinities(valuesOf(data))).z);
  if (weights === null) return null;
  const lower = new Float64Array(numeric);
  const upper = new Float64Array(numeric);
  for (let j = 0; j < numeric; j++) {
    const a = axisOf[j] as number;
    if (!encoding.isActive(a, centre)) continue;
    lower[j] = Math.min(0, ((inside.lower[a] as number) - (middle[j] as number)) / (units[j] as number));
    upper[j] = Math.max(0, ((inside.upper[a] as number) - (middle[j] as number)) / (units[j] as number));
  }
  const x = new Float64Array(numeric);
  minimise(z, m, numeric, weights, x, lower, upper);
  const design = centre.slice();
  let moved = 0;
  for (let j = 0; j < numeric; j++) {
    const a = axisOf[j] as number;
    if (lower[j] === upper[j]) continue;
    const at = (middle[j] as number) + (units[j] as number) * (x[j] as number);
    design[a] = encoding.snap(a, Math.min(inside.upper[a] as number, Math.max(inside.lower[a] as number, at)));
    moved = Math.max(moved, Math.abs((design[a] as number) - (centre[a] as number)));
  }
  return moved < leastMove ? null : design;
}

function leastNorm(z: Float64Array, m: number, d: number, y: Float64Array): Float64Array | null {
  const base = y[0] as number;
  const weights = y.map((value) => value - base);
  const gram = new Float64Array(m * m);
  for (let p = 0; p < m; p++) {
    for (let q = 0; q <= p; q++) {
      let dot = 1;
      for (let j = 0; j < d; j++) dot += (z[p * d + j] as number) * (z[q * d + j] as number);
      gram[p * m + q] = dot * dot + (p === q ? ridge : 0);
    }
  }
  const factor = new CholeskyFactor(m);
  if (factor.factorise(gram, m) === undefined) return null;
  factor.solve(weights);
  return weights;
}

function minimise(
  z: Float64Array,
  m: number,
  d: number,
  weights: Float64Array,
  x: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
): void {
  const objective = (at: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let value = 0;
    for (let k = 0; k < m; k++) {
      const row = k * d;
      let dot = 1;
      for (let j = 0; j < d; j++) dot += (z[row + j] as number) * (at[j] as number);
      const weight = weights[k] as number;
      value += weight * dot * dot;
      for (let j = 0; j < d; j++) gradient[j] = (gradient[j] as number) + 2 * weight * dot * (z[row + j] as number);
    }
    return value;
  };
  const rules = { maxIterations: 60, gradientTolerance: 1e-10, decreaseTolerance: 1e-14, firstStep: 0.5 };
  new Lbfgsb(d).minimize(objective, x, lower, upper, rules);
}
