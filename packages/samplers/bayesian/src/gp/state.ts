import type { CompiledSpace, Json, TrialHistory } from '@asktell/core';
import { Encoding } from './encoding.ts';
import { GlobalModel } from './global-model.ts';
import { Observations } from './observations.ts';
import type { GpRecipe } from './recipe.ts';
import { Rotation } from './rotation.ts';
import { cappedTargets } from './targets.ts';
import { TrustBox } from './trust-box.ts';

/** What the sampler knows of a study: a fold over its finished trials. */
export class GpState {
  readonly encoding: Encoding;
  readonly recipe: GpRecipe;
  /** Trials with values. */
  readonly observed: Observations;
  /** Trials that failed. */
  readonly failed: Observations;
  readonly model: GlobalModel;
  readonly rotation: Rotation;
  readonly box: TrustBox;
  /** Index of the best feasible observation, -1 while there is none. */
  best: number;
  absorbed: number;

  constructor(space: CompiledSpace, objectives: number, recipe: GpRecipe, from?: GpState) {
    this.recipe = recipe;
    this.encoding = from?.encoding ?? new Encoding(space);
    const { columns } = this.encoding;
    this.observed = from?.observed.clone() ?? new Observations(columns, objectives);
    this.failed = from?.failed.clone() ?? new Observations(columns, objectives);
    this.model =
      from?.model.clone() ??
      new GlobalModel({
        penalty: recipe.penalty,
        learnNoise: recipe.learnNoise,
        noiseFloor: recipe.noiseFloor,
        coldEvery: 10,
        maxIterations: 40,
        kernel: recipe['kernel'] as 'ard',
        offset: recipe['offset'] as number,
        gammaOff: recipe['gammaOff'] as boolean,
      });
    this.rotation = from?.rotation.clone() ?? new Rotation(recipe.arms, recipe.mostStays, recipe['credit'] === true, recipe['decay'] as number, recipe['floor'] as number);
    this.box = from?.box.clone() ?? new TrustBox(this.encoding.axes.length);
    this.best = from?.best ?? -1;
    this.absorbed = from?.absorbed ?? 0;
  }

  clone(): GpState {
    return new GpState(this.encoding.space, this.observed.objectives, this.recipe, this);
  }

  absorb(row: number, history: TrialHistory): void {
    this.absorbed++;
    const { encoding } = this;
    const arm = armOf(history.note(row));
    const design = new Float64Array(encoding.axes.length);
    const columns = new Float64Array(encoding.columns);
    let improved = false;
    if (encoding.readTrial((name) => history.value(row, name), design)) {
      encoding.toColumns(design, 0, columns, 0);
      const state = history.state(row);
      if (state === 'fail') {
        if (history.failure(row)?.code !== 'lost') this.failed.push(columns, [Number.NaN], 'failed', row);
      } else if (state === 'complete') {
        const sign = history.directions[0] === 'maximize' ? -1 : 1;
        const value = sign * (history.values(0)[row] as number);
        const isFeasible = !((history.violation[row] as number) > 0);
        this.observed.push(columns, [value], isFeasible ? 'feasible' : 'infeasible', row);
        const { values, size } = this.observed;
        if (isFeasible && (this.best < 0 || value < (values[this.best] as number))) {
          this.best = size - 1;
          improved = true;
        }
      }
    }
    if (arm === null) return;
    this.rotation.finish(arm, improved);
    if (arm === 'm') this.box.finish(improved);
  }

  /** Targets of the global model after `count` observations. */
  targets(count: number): Float64Array {
    const values = this.observed.values.slice(0, count);
    cappedTargets(values, this.recipe.cap);
    return values;
  }
}

/** The arm that made a proposal, from its note. */
export function armOf(note: Json | undefined): string | null {
  if (typeof note !== 'object' || note === null || Array.isArray(note)) return null;
  const arm = (note as { readonly arm?: Json }).arm;
  return typeof arm === 'string' ? arm : null;
}
