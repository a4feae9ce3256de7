import type { GaussianProcess } from '@asktell/numerics';
import { exp } from '@asktell/numerics/elementary';
import type { Observation } from '../data/observations.ts';
import { beyondFront, subsetOf, valuesOf } from '../data/ranking.ts';
import { cappedTargets, constraintTargets, scaledVariances, type Targets } from '../data/targets.ts';
import type { GpRecipe } from '../recipe.ts';
import type { Encoding } from '../space/encoding.ts';
import type { Steps } from '../steps.ts';
import { Surrogate, type SurrogateSource } from './surrogate.ts';

/** A model of one objective. Values are centre + scale · z. */
export interface ObjectiveModel {
  readonly process: GaussianProcess;
  /** The observations of the process, in its order. */
  readonly list: readonly Observation[];
  readonly centre: number;
  readonly scale: number;
}

/** What sets a kind of model apart. See `FitRules` and `FitRequest`. */
interface Shape {
  readonly meanVariance: number;
  readonly effects: number;
  readonly learnNoise: boolean;
}

/** A surrogate with its observations. */
interface Sourced {
  readonly surrogate: Surrogate;
  readonly source: SurrogateSource;
}

/** The models of a study. They keep the parameters of their last fits. */
export class Models {
  readonly #encoding: Encoding;
  readonly #recipe: GpRecipe;
  readonly #deterministic: boolean;
  readonly #objectives: number;
  readonly #surrogates: Map<string, Surrogate>;

  constructor(encoding: Encoding, recipe: GpRecipe, deterministic: boolean, objectives: number, from?: Models) {
    this.#encoding = encoding;
    this.#recipe = recipe;
    this.#deterministic = deterministic;
    this.#objectives = objectives;
    this.#surrogates = new Map();
    if (from === undefined) return;
    for (const [name, surrogate] of from.#surrogates) this.#surrogates.set(name, surrogate.clone());
  }

  clone(): Models {
    return new Models(this.#encoding, this.#recipe, this.#deterministic, this.#objectives, this);
  }

  /** The model of objective k, from all observations that have values. */
  *objective(valued: readonly Observation[], k: number): Steps<ObjectiveModel> {
    const { surrogate, source } = this.#objective(valued, k);
    const process = yield* surrogate.process(source);
    const { centre, scale } = this.#targets(valued, k);
    const rows = subsetOf(valued, this.#recipe.mostPoints, this.#objectives);
    return { process, list: Array.from(rows, (i) => valued[i] as Observation), centre, scale };
  }

  /**
   * The noise of an only objective, learned and told: its variance as a share of the variance of the model, and its standard
   * deviation in units of the values.
   */
  *noise(valued: readonly Observation[]): Steps<{ readonly share: number; readonly deviation: number }> {
    const { surrogate, source } = this.#objective(valued, 0);
    const parameters = yield* surrogate.parameters(source);
    const { columns } = this.#encoding;
    const { scale } = this.#targets(valued, 0);
    let noise = this.#recipe.noiseFloor + exp(parameters.at(-1) as number);
    for (const told of variancesOf(valued, 0, scale) ?? []) noise += told / valued.length;
    return { share: noise / exp(parameters[columns] as number), deviation: scale * Math.sqrt(noise) };
  }

  #targets(valued: readonly Observation[], k: number): Targets {
    const { capSpreads } = this.#recipe;
    const uncapped = this.#objectives === 1 ? Number.NEGATIVE_INFINITY : beyondFront(valued, k);
    return cappedTargets(valuesOf(valued, k), capSpreads, uncapped);
  }

  #objective(valued: readonly Observation[], k: number): Sourced {
    const shape: Shape = {
      meanVariance: this.#recipe.meanVariance,
      effects: this.#encoding.plainChoices,
      learnNoise: !this.#deterministic,
    };
    return this.#sourced(`objective ${k}`, shape, valued, (count, rows) => {
      const { z, scale } = this.#targets(valued.slice(0, count), k);
      const list = Array.from(rows, (i) => valued[i] as Observation);
      return { z, variances: variancesOf(list, k, scale) };
    });
  }

  /** The model of a constraint, from all observations that have it. `border` is the largest feasible target. */
  *constraint(
    valued: readonly Observation[],
    name: string,
  ): Steps<{ readonly process: GaussianProcess; readonly border: number }> {
    const known = valued.filter(({ constraints }) => constraints?.has(name) === true);
    const values = Float64Array.from(
      known,
      ({ constraints }) => (constraints as ReadonlyMap<string, number>).get(name) as number,
    );
    const shape: Shape = { meanVariance: 0, effects: 0, learnNoise: !this.#deterministic };
    const { surrogate, source } = this.#sourced(`constraint ${name}`, shape, known, (count) => ({
      z: constraintTargets(values.subarray(0, count)).z,
      variances: null,
    }));
    const { centre, scale } = constraintTargets(values);
    return { process: yield* surrogate.process(source), border: -centre / scale };
  }

  /** The model of failure, from all observations: 1 for failed trials, -1 for others. */
  failure(observations: readonly Observation[]): Steps<GaussianProcess> {
    const shape: Shape = { meanVariance: 0, effects: 0, learnNoise: true };
    const { surrogate, source } = this.#sourced('failure', shape, observations, (count) => ({
      z: Float64Array.from({ length: count }, (_, i) =>
        (observations[i] as Observation).outcome === 'failed' ? 1 : -1,
      ),
      variances: null,
    }));
    return surrogate.process(source);
  }

  /** @param targets z of the first `count` observations, and variances of those in `rows` */
  #sourced(
    name: string,
    { effects, ...rules }: Shape,
    list: readonly Observation[],
    targets: (count: number, rows: Int32Array) => { readonly z: Float64Array; readonly variances: Float64Array | null },
  ): Sourced {
    let surrogate = this.#surrogates.get(name);
    if (surrogate === undefined) {
      const { noiseFloor } = this.#recipe;
      surrogate = new Surrogate({ ...rules, noiseFloor, maxIterations: 40 }, this.#recipe);
      this.#surrogates.set(name, surrogate);
    }
    const { numeric, columns } = this.#encoding;
    const source: SurrogateSource = {
      numeric,
      categorical: columns - numeric,
      effects,
      size: list.length,
      data: (count, most) => {
        const rows = subsetOf(list.slice(0, count), most, this.#objectives);
        const { z, variances } = targets(count, rows);
        const points = new Float64Array(rows.length * columns);
        rows.forEach((i, k) => {
          points.set((list[i] as Observation).point, k * columns);
        });
        return { points, targets: Float64Array.from(rows, (i) => z[i] as number), variances };
      },
    };
    return { surrogate, source };
  }
}

/** Noise variances of told standard errors, in units of targets with this scale; `null` if none were told. */
export function variancesOf(list: readonly Observation[], k: number, scale: number): Float64Array | null {
  if (!list.some(({ errors }) => errors !== null)) return null;
  return scaledVariances(
    list.map(({ errors }) => (errors === null ? null : (errors[k] as number))),
    scale,
  );
}
