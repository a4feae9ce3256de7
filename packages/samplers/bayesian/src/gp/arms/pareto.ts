import { type GaussianProcess, nonDominatedRanks, Posterior } from '@asktell/numerics';
import { type Acquisition, product } from '../acquisition/acquisition.ts';
import { LogScalarisedImprovement } from '../acquisition/scalarised.ts';
import { LogHypervolumeImprovement } from '../acquisition/two-objectives.ts';
import { LogProduct } from '../acquisition/acquisition.ts';
import type { Ask } from '../ask.ts';
import type { Observation } from '../data/observations.ts';
import type { Found } from '../search/climb.ts';
import { maximise } from '../search/maximise.ts';

/** The reference point lies this share of the front's range beyond its worst values. */
const beyond = 0.1;

/** Several objectives: hypervolume improvement for two, a random scalarisation for more. */
export function paretoArm(ask: Ask): readonly Found[] {
  const { state, domain, rng } = ask;
  const { valued, objectives, recipe } = state;
  const models = Array.from({ length: objectives }, (_, k) => state.objective(k).process);
  const candidates = frontOf(ask, models);
  if (candidates.rows.length === 0) {
    if (ask.chances.length === 0) return [];
    return maximise(new LogProduct(ask.chances), domain, ask.best, recipe.effort, rng);
  }
  const acquisition = product(improvementOn(ask, models, candidates.values), ask.chances);
  const order = rng.shuffle(candidates.rows.slice());
  const best = order.slice(0, 3).map((i) => ask.fill(valued[i] as Observation));
  return maximise(acquisition, domain, best, recipe.effort, rng);
}

interface Front {
  /** Valued observations on the front. */
  readonly rows: number[];
  /** Targets of the front, pending points included, one point after the other. */
  readonly values: Float64Array;
}

/** The feasible front in targets. Pending points are believed to turn out as predicted. */
function frontOf({ state, pending }: Ask, models: readonly GaussianProcess[]): Front {
  const m = models.length;
  const feasible = state.valued.flatMap(({ outcome }, i) => (outcome === 'feasible' ? [i] : []));
  const all: number[] = feasible.flatMap((i) => models.map((model) => model.targets[i] as number));
  const mean = new Float64Array(1);
  const posteriors = models.map((model) => new Posterior(model));
  for (const point of pending) {
    for (const posterior of posteriors) {
      posterior.predictMean(point, 1, mean);
      all.push(mean[0] as number);
    }
    for (const model of models) model.appendPending(point);
  }
  const points = Float64Array.from(all);
  const count = points.length / m;
  const ranks = nonDominatedRanks(points, count, m, 1);
  const rows: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    if (ranks[i] !== 0) continue;
    if (i < feasible.length) rows.push(feasible[i] as number);
    values.push(...points.subarray(i * m, (i + 1) * m));
  }
  return { rows, values: Float64Array.from(values) };
}

function improvementOn({ rng, state }: Ask, models: readonly GaussianProcess[], front: Float64Array): Acquisition {
  const m = models.length;
  const count = front.length / m;
  const best = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  const worst = new Float64Array(m).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < m; k++) {
      best[k] = Math.min(best[k] as number, front[i * m + k] as number);
      worst[k] = Math.max(worst[k] as number, front[i * m + k] as number);
    }
  }
  const all = new Float64Array(m).fill(Number.NEGATIVE_INFINITY);
  models.forEach((model, k) => {
    for (let i = 0; i < model.observations; i++) all[k] = Math.max(all[k] as number, model.targets[i] as number);
  });
  const reference = worst.map((value, k) => {
    const far = all[k] as number;
    if (state.recipe['reference'] === 'worst') return far + 0.1 * Math.max(0.1, far - (best[k] as number));
    return value + beyond * Math.max(value - (best[k] as number), 0.1);
  });
  if (m === 2) {
    const pairs = Array.from({ length: count }, (_, i) => [front[2 * i] as number, front[2 * i + 1] as number] as const);
    const sorted = pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]).filter(([x], i, list) => i === 0 || x !== list[i - 1]?.[0]);
    return new LogHypervolumeImprovement(
      models as [GaussianProcess, GaussianProcess],
      sorted,
      reference as unknown as [number, number],
    );
  }
  // Uniform on the positive part of the sphere, in units of the front's range.
  const weights = Float64Array.from({ length: m }, () => Math.abs(rng.normal()) + 1e-3);
  const norm = Math.hypot(...weights);
  for (let k = 0; k < m; k++)
    weights[k] = ((weights[k] as number) / norm) * Math.max((reference[k] as number) - (best[k] as number), 1e-3);
  const reach = (at: (k: number) => number): number =>
    Math.min(...Array.from(weights, (weight, k) => ((reference[k] as number) - at(k)) / weight));
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) most = Math.max(most, reach((k) => front[i * m + k] as number));
  const ideal = reach((k) => (best[k] as number) - 3);
  return new LogScalarisedImprovement(models, reference, weights, most, Math.max(ideal, most + 1e-3));
}
