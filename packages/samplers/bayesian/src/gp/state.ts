import { type CompiledSpace, type Distribution, type TrialHistory, toInternal } from '@asktell/core';
import { Rotation } from './arms/rotation.ts';
import { TrustBox } from './arms/trust-box.ts';
import { type Observation, readObservation } from './data/observations.ts';
import { compareObservations } from './data/ranking.ts';
import { Models } from './model/models.ts';
import { readNote } from './note.ts';
import type { SavedTrial } from './prior/source-trials.ts';
import type { Arm, GpRecipe } from './recipe.ts';
import { Encoding } from './space/encoding.ts';

/** What a state depends on besides trials. */
export interface GpSetting {
  readonly space: CompiledSpace;
  readonly history: TrialHistory;
  /** The sampler's own seed, else the study's. */
  readonly seed: number;
  readonly recipe: GpRecipe;
  readonly deterministic: boolean;
  readonly from: readonly (readonly SavedTrial[])[];
}

/** The arms that make sense in a space. */
function armsIn({ numeric, axes }: Encoding, { arms }: GpRecipe): readonly Arm[] {
  const isMixed = numeric > 0 && numeric < axes.length;
  const some = arms.filter((arm) => arm !== 'choices' || isMixed);
  return some.length > 0 ? some : ['global'];
}

/** What the sampler knows of a study: a fold over its finished trials. */
export class GpState {
  readonly encoding: Encoding;
  readonly objectives: number;
  readonly seed: number;
  readonly recipe: GpRecipe;
  readonly deterministic: boolean;
  /** All informative trials, in finish order, after those of earlier studies. */
  readonly observations: Observation[] = [];
  /** Those with values. */
  readonly valued: Observation[] = [];
  readonly rotation: Rotation;
  readonly box: TrustBox;
  readonly models: Models;
  /** Names of the constraints that any trial has set. */
  readonly constraints: Set<string> = new Set();
  /** Number of absorbed trials. */
  absorbed = 0;
  /** Number of failed trials. */
  failures = 0;
  /** Why the trials of earlier studies do not count; `null` if they do, or if there are none. */
  ignoresEarlier: 'objectives' | 'space' | null = null;
  /** The best observation of this study: feasible with the lowest value, else the one with the smallest violation. */
  best: Observation | null = null;

  private constructor(
    encoding: Encoding,
    objectives: number,
    { seed, recipe, deterministic }: Pick<GpSetting, 'seed' | 'recipe' | 'deterministic'>,
    parts: { readonly rotation: Rotation; readonly box: TrustBox; readonly models: Models },
  ) {
    this.encoding = encoding;
    this.objectives = objectives;
    this.seed = seed;
    this.recipe = recipe;
    this.deterministic = deterministic;
    this.rotation = parts.rotation;
    this.box = parts.box;
    this.models = parts.models;
  }

  /** The state before the first trial. */
  static of(setting: GpSetting): GpState {
    const { space, history, recipe, deterministic, from } = setting;
    const objectives = history.directions.length;
    const isTaught = objectives === 1 && from.length > 0;
    const encoding = new Encoding(space, isTaught);
    const state = new GpState(encoding, objectives, setting, {
      rotation: new Rotation(armsIn(encoding, recipe), recipe.mostStays),
      box: new TrustBox(encoding.axes.length),
      models: new Models(encoding, recipe, deterministic, objectives),
    });
    if (isTaught) state.#learnEarlier(from, history.directions[0] === 'maximize');
    if (from.length > 0 && state.valued.length === 0) state.ignoresEarlier = isTaught ? 'space' : 'objectives';
    return state;
  }

  clone(): GpState {
    const copy = new GpState(this.encoding, this.objectives, this, {
      rotation: this.rotation.clone(),
      box: this.box.clone(),
      models: this.models.clone(),
    });
    for (const observation of this.observations) copy.observations.push(observation);
    for (const observation of this.valued) copy.valued.push(observation);
    for (const name of this.constraints) copy.constraints.add(name);
    copy.absorbed = this.absorbed;
    copy.failures = this.failures;
    copy.best = this.best;
    copy.ignoresEarlier = this.ignoresEarlier;
    return copy;
  }

  absorb(row: number, history: TrialHistory): void {
    this.absorbed++;
    const observation = readObservation(row, history, this.encoding);
    const isImprovement = observation !== null && this.#learn(observation);
    const note = readNote(history.note(row));
    if (note === null) return;
    this.rotation.finish(note.arm, isImprovement);
    if (note.arm === 'trust') this.box.finish(isImprovement);
  }

  /** Returns whether the observation is the best one. */
  #learn(observation: Observation): boolean {
    this.observations.push(observation);
    if (observation.outcome === 'failed') this.failures++;
    for (const name of observation.constraints?.keys() ?? []) this.constraints.add(name);
    if (observation.values === null) return false;
    this.valued.push(observation);
    if (observation.outcome === 'pruned') return false;
    if (this.best !== null && compareObservations(observation, this.best) >= 0) return false;
    this.best = observation;
    return true;
  }

  #learnEarlier(lists: readonly (readonly SavedTrial[])[], isMaximised: boolean): void {
    const { encoding } = this;
    const { params } = encoding.space;
    const dists = new Map<string, Distribution>(params.map(({ name, dist }) => [name, dist]));
    const design = new Float64Array(encoding.axes.length);
    lists.forEach((list, i) => {
      for (const { flatParams, value } of list) {
        const internal = (name: string): number => toInternal(dists.get(name) as Distribution, flatParams[name]);
        if (!encoding.readTrial(internal, design)) continue;
        const point = new Float64Array(encoding.columns);
        encoding.toColumns(design, 0, point, 0, i + 1);
        const values = Float64Array.of(isMaximised ? -value : value);
        const earlier: Observation = { outcome: 'prior', point, values, errors: null, constraints: null, violation: 0 };
        this.observations.push(earlier);
        this.valued.push(earlier);
      }
    });
  }
}
