import { type GaussianProcess, nonDominatedRanks, Posterior } from '@asktell/numerics';
import { hypot } from '@asktell/numerics/elementary';
import { type Acquisition, LogProduct, product } from '../acquisition/acquisition.ts';
import { LogScalarisedImprovement } from '../acquisition/scalarised.ts';
import { LogHypervolumeImprovementOfThree } from '../acquisition/three-objectives.ts';
import { LogHypervolumeImprovementOfTwo } from '../acquisition/two-objectives.ts';
import type { Ask } from '../ask.ts';
import type { Observation } from '../data/observations.ts';
import { firstDesigns } from '../first-designs.ts';
import type { ObjectiveModel } from '../model/models.ts';
import { boxAround } from '../search/domain.ts';
import { maximise } from '../search/maximise.ts';
import type { Steps } from '../steps.ts';
import type { Suggestion } from './arm.ts';

/**
 * The reference point lies beyond the worst observed values, by this share of the range of each objective. With the
 * worst values of the front instead, its ends would hardly be extended.
 */
const beyond = 0.1;
/** The same for objectives without a range, in units of the targets. */
const leastMargin = 0.01;
/** One of this many proposals comes from the whole space, the others from near a point of the front. */
const turns = 3;

/**
 * The arm of several objectives: expected hypervolume improvement for two and three, a random scalarisation for more. The
 * first designs fill the space. Afterwards, two of three proposals stay near a point of the front: far from all observations,
 * models of several objectives are often wrong, and there are many points that would improve the front if they were right.
 */
export function* paretoArm(ask: Ask): Steps<Suggestion> {
  const { state, domain, rng, pending } = ask;
  const { valued, objectives, recipe, encoding } = state;
  const first = Math.min(recipe.mostFirst * (objectives - 1), Math.floor(1.5 * encoding.axes.length) + 2);
  if (valued.length < first) {
    const suggestion = yield* firstDesigns(ask);
    if (suggestion.found.length > 0) return suggestion;
  }
  const predictors: ObjectiveModel[] = [];
  for (let k = 0; k < objectives; k++) predictors.push(yield* state.models.objective(valued, k));
  const processes = predictors.map(({ process }) => process);
  const front = frontOf(ask, predictors);
  const chances = yield* ask.chances();
  if (front.members.length === 0) {
    if (chances.length === 0) return { found: [], predictors };
    return { found: yield* maximise(new LogProduct(chances), domain, ask.best, recipe.effort, rng), predictors };
  }
  const acquisition = product(improvementOn(ask, processes, front.values), chances);
  const order = rng.shuffle(front.members.slice());
  const best = order.slice(0, 3).map((observation) => ask.fill(observation));
  if (valued.length >= first && (valued.length + pending.length) % turns !== 0) {
    const halves = new Float64Array(encoding.axes.length).fill(recipe.frontHalf);
    const inside = boxAround(domain, best[0] as Float64Array, halves);
    const found = yield* maximise(acquisition, inside, best, recipe.effort, rng);
    if (found.length > 0) return { found, predictors };
  }
  return { found: yield* maximise(acquisition, domain, best, recipe.effort, rng), predictors };
}

interface Front {
  /** Observations on the front. */
  readonly members: readonly Observation[];
  /** Targets of the front, including pending points, one point after the other. */
  readonly values: Float64Array;
}

/** The feasible front in targets. Pending points count with their predicted values. */
function frontOf({ pending }: Ask, models: readonly ObjectiveModel[]): Front {
  const m = models.length;
  // All models have the same observations.
  const { list } = models[0] as ObjectiveModel;
  const feasible = list.flatMap(({ outcome }, i) => (outcome === 'feasible' ? [i] : []));
  const all: number[] = feasible.flatMap((i) => models.map(({ process }) => process.targets[i] as number));
  const mean = new Float64Array(1);
  const posteriors = models.map(({ process }) => new Posterior(process));
  for (const point of pending) {
    for (const posterior of posteriors) {
      posterior.predictMean(point, 1, mean);
      all.push(mean[0] as number);
    }
    for (const { process } of models) process.appendPending(point);
  }
  const points = Float64Array.from(all);
  const count = points.length / m;
  const ranks = nonDominatedRanks(points, count, m, 1);
  const members: Observation[] = [];
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    if (ranks[i] !== 0) continue;
    if (i < feasible.length) members.push(list[feasible[i] as number] as Observation);
    values.push(...points.subarray(i * m, (i + 1) * m));
  }
  return { members, values: Float64Array.from(values) };
}

function improvementOn({ rng }: Ask, models: readonly GaussianProcess[], front: Float64Array): Acquisition {
  const m = models.length;
  const count = front.length / m;
  const best = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < m; k++) best[k] = Math.min(best[k] as number, front[i * m + k] as number);
  }
  const reference = models.map(({ targets, observations }, k) => {
    let worst = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < observations; i++) worst = Math.max(worst, targets[i] as number);
    return worst + beyond * (worst - (best[k] as number)) + leastMargin;
  });
  // Predictions of pending points may lie beyond the reference.
  const inside = Array.from({ length: count }, (_, i) => front.subarray(i * m, (i + 1) * m)).filter((point) =>
    point.every((value, k) => value < (reference[k] as number)),
  );
  if (m === 2) {
    const sorted = inside
      .map(([x, y]) => [x, y] as [number, number])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .filter(([x], i, list) => i === 0 || x !== list[i - 1]?.[0]);
    const [first, second] = models as [GaussianProcess, GaussianProcess];
    return new LogHypervolumeImprovementOfTwo([first, second], sorted, reference as [number, number]);
  }
  if (m === 3)
    return new LogHypervolumeImprovementOfThree(
      models,
      Float64Array.from(inside.flatMap((point) => Array.from(point))),
      Float64Array.from(reference),
    );
  // Uniform on the positive part of the sphere, in units of the front's range.
  const weights = Float64Array.from({ length: m }, () => Math.abs(rng.normal()) + 1e-3);
  const norm = hypot(weights);
  for (let k = 0; k < m; k++)
    weights[k] = ((weights[k] as number) / norm) * Math.max((reference[k] as number) - (best[k] as number), 1e-3);
  const reach = (at: (k: number) => number): number =>
    Math.min(...Array.from(weights, (weight, k) => ((reference[k] as number) - at(k)) / weight));
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++)
    most = Math.max(
      most,
      reach((k) => front[i * m + k] as number),
    );
  const ideal = reach((k) => (best[k] as number) - 3);
  return new LogScalarisedImprovement(
    models,
    Float64Array.from(reference),
    weights,
    most,
    Math.max(ideal, most + 1e-3),
  );
}
