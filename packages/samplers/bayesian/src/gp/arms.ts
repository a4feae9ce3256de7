import type { Rng } from '@asktell/core';
import type { ArdKernel, GaussianProcess } from '@asktell/numerics';
import { LogExpectedImprovement } from './acquisition.ts';
import type { Axis } from './axis.ts';
import { type Placement, placeInBox } from './candidates.ts';
import type { Domain } from './domain.ts';
import { fitProcess, processFor } from './fit.ts';
import { maximise } from './propose.ts';
import { quadraticMinimum } from './quadratic.ts';
import type { Found } from './search.ts';
import type { GpState } from './state.ts';
import { halfRankTargets } from './targets.ts';

/** What an arm works with. */
export interface ArmContext {
  readonly state: GpState;
  readonly domain: Domain;
  /** Points that are being measured, in columns. */
  readonly pending: readonly Float64Array[];
  /** Designs of the best observations, best first. */
  readonly best: readonly Float64Array[];
  readonly rng: Rng;
}

export interface ArmResult {
  readonly found: readonly Found[];
  readonly process: GaussianProcess | null;
}

function modelOf({ state }: ArmContext): { readonly process: GaussianProcess; readonly incumbent: number } {
  const { observed, encoding } = state;
  const { numeric, columns } = encoding;
  const process = state.model.at(observed.size, {
    numeric,
    categorical: columns - numeric,
    points: observed.points,
    targets: (count) => state.targets(count),
  });
  const incumbent = state.best < 0 ? 0 : (process.targets[state.best] as number);
  return { process, incumbent };
}

/** Global: the whole space, but early on not far from what was observed. */
export function globalArm(ctx: ArmContext): ArmResult {
  const { state, domain, rng } = ctx;
  const { observed, encoding, recipe } = state;
  const { process, incumbent } = modelOf(ctx);
  const d = encoding.axes.length;
  const n = observed.size;
  const reach = Math.min((recipe['reachMost'] as number | undefined) ?? 9, 0.2 + (0.3 * n) / (5 * (d + 1)));
  const effort = { spread: recipe.spread, near: recipe.near, climbs: recipe.climbs };
  const acquisition = new LogExpectedImprovement(process, encoding.numeric, incumbent);
  if (reach > 0.5) return { found: maximise(acquisition, domain, ctx.best, effort, rng), process };
  const isNear = (design: Float64Array, start: number): boolean => {
    for (let i = n - 1; i >= 0; i--) {
      let near = true;
      for (let a = 0; near && a < d; a++) {
        const axis = encoding.axes[a] as Axis;
        if (axis.kind === 'choice' || axis.cells <= 5) continue;
        const at = observed.points[i * encoding.columns + (encoding.columnOf[a] as number)] as number;
        near = Math.abs((design[start + a] as number) - at) <= reach + 1e-9 || !encoding.isActive(a, design, start);
      }
      if (near) return true;
    }
    return false;
  };
  const centre = new Float64Array(d);
  const place: Placement = (unit, out, start) => {
    placeInBox(domain, unit, out, start);
    encoding.toDesign(observed.points, rng.int(0, n - 1) * encoding.columns, centre);
    for (let a = 0; a < d; a++) {
      const axis = encoding.axes[a] as Axis;
      const c = centre[a] as number;
      if (axis.kind === 'choice' || axis.cells <= 5 || Number.isNaN(c)) continue;
      const low = Math.max(domain.lower[a] as number, c - reach);
      const high = Math.min(domain.upper[a] as number, c + reach);
      if (low < high) out[start + a] = encoding.snap(a, low + (unit[a] as number) * (high - low));
    }
  };
  const inside: Domain = {
    ...domain,
    accepts: (design, start) => isNear(design, start) && domain.accepts(design, start),
  };
  return { found: maximise(acquisition, inside, ctx.best, effort, rng, place), process };
}

/** The global model in a trust region around the best point. */
export function trustArm(ctx: ArmContext): ArmResult {
  const { state, domain, rng } = ctx;
  const { encoding, recipe } = state;
  const { process, incumbent } = modelOf(ctx);
  const { weights } = process.kernel as ArdKernel;
  let logs = 0;
  for (let j = 0; j < encoding.numeric; j++) logs -= 0.5 * Math.log(weights[j] as number);
  const mean = logs / Math.max(1, encoding.numeric);
  const centre = ctx.best[0] as Float64Array;
  const halves = encoding.axes.map((_, a) => {
    const w = weights[encoding.columnOf[a] as number] as number;
    const ratio = Math.exp(-0.5 * Math.log(w) - mean);
    return 0.5 * state.box.length * Math.min(8, Math.max(1 / 8, ratio));
  });
  const acquisition = new LogExpectedImprovement(process, encoding.numeric, incumbent);
  const effort = { spread: recipe.spread, near: recipe.near, climbs: recipe.climbs };
  return { found: maximise(acquisition, boxed(domain, centre, halves), ctx.best, effort, rng), process };
}

/** A box around a design, within the domain. */
export function boxed(domain: Domain, centre: Float64Array, halves: readonly number[]): Domain {
  const { encoding } = domain;
  const lower = domain.lower.slice();
  const upper = domain.upper.slice();
  encoding.axes.forEach(({ kind, cells }, a) => {
    if (kind === 'choice') return;
    const half = kind === 'grid' ? Math.max(halves[a] as number, 1.5 / cells) : (halves[a] as number);
    lower[a] = Math.min(domain.upper[a] as number, Math.max(domain.lower[a] as number, (centre[a] as number) - half));
    upper[a] = Math.max(domain.lower[a] as number, Math.min(domain.upper[a] as number, (centre[a] as number) + half));
  });
  return { ...domain, lower, upper };
}

/** Half sides of the local box: 0.75 of the range of the best d + 2 points. */
function localHalves({ state }: ArmContext, ranked: Int32Array): number[] {
  const { encoding, observed, recipe } = state;
  const d = encoding.axes.length;
  const few = ranked.subarray(0, d + 2);
  return encoding.axes.map((axis, a) => {
    const column = encoding.columnOf[a] as number;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const i of few) {
      const u = observed.points[i * encoding.columns + column] as number;
      low = Math.min(low, u);
      high = Math.max(high, u);
    }
    const half = Math.max(1e-5, recipe.localRange * (high - low));
    return axis.kind === 'grid' ? Math.max(half, 1.5 / axis.cells) : half;
  });
}

/** Feasible observations, best first. */
export function rankedObservations({ observed }: GpState): Int32Array {
  const rows: number[] = [];
  for (let i = 0; i < observed.size; i++) if (observed.outcome(i) === 'feasible') rows.push(i);
  return Int32Array.from(rows.sort((a, b) => (observed.values[a] as number) - (observed.values[b] as number)));
}

/** Distances to the best point in units of the box; another choice is half a unit away. */
function boxDistances({ state, best }: ArmContext, halves: readonly number[]): Float64Array {
  const { encoding, observed } = state;
  const centre = new Float64Array(encoding.columns);
  encoding.toColumns(best[0] as Float64Array, 0, centre, 0);
  return Float64Array.from({ length: observed.size }, (_, i) => {
    let largest = 0;
    let choices = 0;
    for (let a = 0; a < encoding.axes.length; a++) {
      const column = encoding.columnOf[a] as number;
      const away = Math.abs((observed.points[i * encoding.columns + column] as number) - (centre[column] as number));
      if (column < encoding.numeric) largest = Math.max(largest, away / (2 * (halves[a] as number)));
      else if (away > 0) choices += 0.5;
    }
    return largest + choices;
  });
}

/** A model of its own for the surroundings of the best point. */
export function localArm(ctx: ArmContext, ranked: Int32Array): ArmResult {
  const { state, domain, rng } = ctx;
  const { encoding, observed, recipe } = state;
  const d = encoding.axes.length;
  const halves = localHalves(ctx, ranked);
  const distances = boxDistances(ctx, halves);
  const order = Array.from(distances.keys()).sort(
    (a, b) => (distances[a] as number) - (distances[b] as number) || b - a,
  );
  const rows = order.filter((i, k) => k < 2 * d + 10 || (k < 80 && (distances[i] as number) <= 1));
  const { columns, numeric } = encoding;
  const points = new Float64Array(rows.length * columns);
  rows.forEach((i, k) => {
    points.set(observed.points.subarray(i * columns, (i + 1) * columns), k * columns);
  });
  const targets = Float64Array.from(rows, (i) => observed.values[i] as number);
  halfRankTargets(targets);
  const shifts = new Float64Array(columns);
  encoding.axes.forEach((_, a) => {
    const column = encoding.columnOf[a] as number;
    if (column < numeric) shifts[column] = 2 * Math.log(2 * (halves[a] as number));
  });
  const request = {
    numeric,
    categorical: columns - numeric,
    points,
    targets,
    shifts,
    start: null,
    index: 1,
    rules: {
      penalty: recipe.penalty,
      learnNoise: recipe.learnNoise,
      noiseFloor: recipe.noiseFloor,
      coldEvery: 0,
      maxIterations: 20,
      kernel: (recipe['localKernel'] ?? 'ard') as 'ard',
      offset: recipe['localOffset'] as number,
      gammaOff: recipe['gammaOff'] as boolean,
    },
  };
  const process = processFor(request);
  fitProcess(process, request);
  const at = rows.indexOf(state.best);
  const acquisition = new LogExpectedImprovement(process, numeric, targets[at] as number);
  const effort = { spread: recipe.localSpread, near: recipe.localNear, climbs: recipe.climbs };
  const inside = boxed(domain, ctx.best[0] as Float64Array, halves);
  return { found: maximise(acquisition, inside, ctx.best, effort, rng), process };
}

/** The minimum of a quadratic through the surroundings of the best point. */
export function quadraticArm(ctx: ArmContext, ranked: Int32Array): ArmResult {
  const { state, domain } = ctx;
  const { encoding } = state;
  const halves = localHalves(ctx, ranked);
  const inside = boxed(domain, ctx.best[0] as Float64Array, halves);
  const design = quadraticMinimum(state, inside, ctx.best[0] as Float64Array, halves, boxDistances(ctx, halves));
  if (design === null || !inside.accepts(design, 0)) return localArm(ctx, ranked);
  const columns = new Float64Array(encoding.columns);
  encoding.toColumns(design, 0, columns, 0);
  if (inside.isTaken(columns, 0)) return localArm(ctx, ranked);
  return { found: [{ design, value: 0 }], process: null };
}
