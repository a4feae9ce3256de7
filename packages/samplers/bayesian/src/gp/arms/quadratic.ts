import type { Ask } from '../ask.ts';
import type { Observation } from '../data/observations.ts';
import { valuesOf } from '../data/ranking.ts';
import { standardised, withoutInfinities } from '../data/targets.ts';
import { boxAround, type Domain } from '../search/domain.ts';
import type { Steps } from '../steps.ts';
import type { Suggestion } from './arm.ts';
import { localArm } from './local.ts';
import { type Box, type QuadraticConstraint, QuadraticModels } from './quadratic-models.ts';
import { type Surroundings, surroundings } from './surroundings.ts';

/** Maximum number of observations, as a multiple of the number of coefficients of a quadratic. */
const mostShare = 1.2;
/** Minimum number where there are choices, likewise. With fewer, the minimum is hardly ever better than the best point. */
const leastShare = 0.5;
/** Distance of the minimum from the border of the feasible region, in units of the deviation of a constraint in the data. */
const margin = 1e-4;
/** Shorter moves count as none. */
const leastMove = 1e-7;

/**
 * The minimum of a quadratic through the observations near the best point. It is exact for quadratic objectives, to
 * whose minimum a Gaussian process converges slowly. With outcome constraints, it is the minimum where quadratic models of them
 * predict a feasible value: a Gaussian process does not resolve a border on which the optimum lies. If there is no such minimum,
 * the local arm proposes. It has no suggestion if too few observations share the choices of the best point.
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
 * interpolate the observations nearest to the best point that have the same choices. Outcome constraints are quadratics through
 * the same observations.
 */
function quadraticMinimum(
  ask: Ask,
  inside: Domain,
  { halves }: Surroundings,
  data: readonly Observation[],
): Float64Array | null {
  const { state } = ask;
  const { encoding } = state;
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
  const lower = new Float64Array(numeric);
  const upper = new Float64Array(numeric);
  for (let j = 0; j < numeric; j++) {
    const a = axisOf[j] as number;
    if (!encoding.isActive(a, centre)) continue;
    lower[j] = Math.min(0, ((inside.lower[a] as number) - (middle[j] as number)) / (units[j] as number));
    upper[j] = Math.max(0, ((inside.upper[a] as number) - (middle[j] as number)) / (units[j] as number));
  }
  const x = minimumOf(QuadraticModels.of(z, m, numeric), data, state.constraints, { lower, upper });
  if (x === null) return null;
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

/** `null` if there is none, or if no point of the box is predicted to be feasible. */
function minimumOf(
  models: QuadraticModels | null,
  data: readonly Observation[],
  names: ReadonlySet<string>,
  box: Box,
): Float64Array | null {
  if (models === null) return null;
  const { z } = standardised(withoutInfinities(valuesOf(data)));
  const weights = models.weights(z, z[0] as number);
  const constraints: QuadraticConstraint[] = [];
  for (const name of names) {
    const values = Float64Array.from(data, (other) => other.constraints?.get(name) ?? Number.NaN);
    if (values.some(Number.isNaN)) continue;
    const { z, centre, scale } = standardised(withoutInfinities(values));
    const base = z[0] as number;
    const border = -centre / scale - base;
    // The best point may be closer to the border, or on it, as with constraints that only have the values 0 and 1.
    const limit = border >= 0 ? Math.max(0, border - margin) : border - margin;
    constraints.push({ weights: models.weights(z, base), limit, tolerance: margin / 2 });
  }
  return constraints.length === 0 ? models.minimum(weights, box) : models.constrainedMinimum(weights, constraints, box);
}
