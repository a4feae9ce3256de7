import type { CompiledSpace, TrialHistory } from '@asktell/core';
import type { GaussianProcess } from '@asktell/numerics';
import { Rotation } from './arms/rotation.ts';
import { TrustBox } from './arms/trust-box.ts';
import { type Observation, readObservation } from './data/observations.ts';
import { cappedTargets, constraintTargets, median, type Targets } from './data/targets.ts';
import type { FitRules } from './model/fit.ts';
import { Surrogate, type SurrogateData } from './model/surrogate.ts';
import { readNote } from './note.ts';
import type { GpRecipe } from './recipe.ts';
import { Encoding } from './space/encoding.ts';

/** What the sampler knows of a study: a fold over its finished trials. */
export class GpState {
  readonly encoding: Encoding;
  readonly objectives: number;
  readonly recipe: GpRecipe;
  readonly deterministic: boolean;
  /** All that teach something, in finish order. */
  readonly observations: Observation[];
  /** Those with values. */
  readonly valued: Observation[];
  readonly rotation: Rotation;
  readonly box: TrustBox;
  /** Finished trials that were looked at. */
  absorbed = 0;
  failures = 0;
  /** Of the valued ones, the best: feasible with the least value, else the one that violates least. `null` if there is none. */
  best: Observation | null = null;
  readonly constraints: Set<string>;
  readonly #models: Map<string, Surrogate>;

  constructor(encoding: Encoding, objectives: number, recipe: GpRecipe, deterministic: boolean, from?: GpState) {
    this.encoding = encoding;
    this.objectives = objectives;
    this.recipe = recipe;
    this.deterministic = deterministic;
    this.observations = from === undefined ? [] : from.observations.slice();
    this.valued = from === undefined ? [] : from.valued.slice();
    this.rotation = from === undefined ? new Rotation(recipe) : from.rotation.clone();
    this.box = from === undefined ? new TrustBox(encoding.axes.length) : from.box.clone();
    this.constraints = new Set(from?.constraints);
    this.#models = new Map();
    if (from === undefined) return;
    for (const [name, model] of from.#models) this.#models.set(name, model.clone());
    this.absorbed = from.absorbed;
    this.failures = from.failures;
    this.best = from.best;
  }

  static of(space: CompiledSpace, objectives: number, recipe: GpRecipe, deterministic: boolean): GpState {
    return new GpState(new Encoding(space, recipe['ordered'] === true), objectives, recipe, deterministic);
  }

  clone(): GpState {
    return new GpState(this.encoding, this.objectives, this.recipe, this.deterministic, this);
  }

  absorb(row: number, history: TrialHistory): void {
    this.absorbed++;
    const observation = readObservation(row, history, this.encoding);
    const improved = observation !== null && this.#learn(observation);
    const note = readNote(history.note(row));
    if (note === null) return;
    this.rotation.finish(note.arm, improved);
    if (note.arm === 'trust') this.box.finish(improved);
  }

  /** Returns whether the observation is the best one. */
  #learn(observation: Observation): boolean {
    this.observations.push(observation);
    if (observation.outcome === 'failed') this.failures++;
    for (const name of observation.constraints?.keys() ?? []) this.constraints.add(name);
    if (observation.values === null) return false;
    this.valued.push(observation);
    if (observation.outcome === 'pruned') return false;
    if (this.best !== null && !isBetter(observation, this.best)) return false;
    this.best = observation;
    return true;
  }

  /** The model of an objective, conditioned on all valued observations. */
  objective(k = 0): { readonly process: GaussianProcess; readonly targets: Targets } {
    const rules = this.#rules(this.recipe.meanVariance, !this.deterministic);
    const data = this.#data(this.valued, (count) => this.#targets(k, count));
    const process = this.#model(`objective ${k}`, rules).process(data);
    return { process, targets: this.#targets(k, this.valued.length) };
  }

  /** The model of a constraint. */
  constraint(name: string): { readonly process: GaussianProcess; readonly border: number } {
    const known = this.valued.filter(({ constraints }) => constraints?.has(name) === true);
    const value = ({ constraints }: Observation): number => (constraints as ReadonlyMap<string, number>).get(name) as number;
    const targets = (count: number): Targets => constraintTargets(Float64Array.from(known.slice(0, count), value));
    const process = this.#model(`constraint ${name}`, this.#rules(0, !this.deterministic)).process(
      this.#data(known, (count) => ({ ...targets(count), variances: null })),
    );
    const { centre, scale } = targets(known.length);
    return { process, border: -centre / scale };
  }

  /** The model of failure: 1 for failed trials, -1 for others. */
  failure(): GaussianProcess {
    const { observations } = this;
    return this.#model('failure', this.#rules(0, true)).process(
      this.#data(observations, (count) => ({
        z: Float64Array.from({ length: count }, (_, i) => ((observations[i] as Observation).outcome === 'failed' ? 1 : -1)),
        variances: null,
      })),
    );
  }

  #model(name: string, rules: FitRules): Surrogate {
    let model = this.#models.get(name);
    if (model === undefined) {
      model = new Surrogate(rules);
      this.#models.set(name, model);
    }
    return model;
  }

  #rules(meanVariance: number, learnNoise: boolean): FitRules {
    const { penalty, noiseFloor, kernel } = this.recipe;
    return {
      penalty,
      learnNoise,
      noiseFloor,
      coldEvery: 10,
      maxIterations: 40,
      offset: meanVariance,
      kernel: kernel as 'ard',
    };
  }

  #data(list: readonly Observation[], targets: SurrogateData['targets']): SurrogateData {
    const { numeric, columns } = this.encoding;
    return {
      numeric,
      categorical: columns - numeric,
      size: list.length,
      point: (i) => (list[i] as Observation).point,
      targets,
    };
  }

  #targets(k: number, count: number): Targets & { readonly variances: Float64Array | null } {
    const list = this.valued.slice(0, count);
    const targets = cappedTargets(valuesOf(list, k), this.recipe.capSpreads);
    if (!list.some(({ errors }) => errors !== null)) return { ...targets, variances: null };
    const variances = Float64Array.from(list, ({ errors }) =>
      errors === null ? 0 : ((errors[k] as number) / targets.scale) ** 2,
    );
    return { ...targets, variances };
  }
}

/** Values of an objective. A pruned trial counts as no better than the median of the trials that were not pruned. */
export function valuesOf(list: readonly Observation[], k = 0): Float64Array {
  const values = Float64Array.from(list, ({ values }) => (values as Float64Array)[k] as number);
  if (!list.some(({ outcome }) => outcome === 'pruned')) return values;
  const whole = values.filter((_, i) => (list[i] as Observation).outcome !== 'pruned');
  const floor = whole.length === 0 ? Number.NEGATIVE_INFINITY : median(whole);
  return values.map((value, i) => ((list[i] as Observation).outcome === 'pruned' ? Math.max(value, floor) : value));
}

/** Feasible ones before others, then by value; infeasible ones by how much they violate. */
export function isBetter(a: Observation, b: Observation): boolean {
  return compareObservations(a, b) < 0;
}

export function compareObservations(a: Observation, b: Observation): number {
  if (a.outcome !== b.outcome) return standing(a) - standing(b);
  if (a.outcome === 'infeasible') return Math.sign(a.violation - b.violation);
  const [x, y] = [(a.values as Float64Array)[0] as number, (b.values as Float64Array)[0] as number];
  return x < y ? -1 : x > y ? 1 : 0;
}

function standing({ outcome }: Observation): number {
  return ['feasible', 'infeasible', 'pruned', 'failed'].indexOf(outcome);
}
