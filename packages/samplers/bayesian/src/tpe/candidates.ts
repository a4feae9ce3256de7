import type { Rng } from '@asktell/core';
import { type Axis, encode, placeOf, valueAt } from './axis.ts';
import type { Entry } from './good-list.ts';
import type { TrialSample } from './trial-sample.ts';

/** What a model proposes from. */
export interface CandidateRequest {
  /** The good trials. */
  readonly good: readonly Entry[];
  /** All trials of the model so far, good ones included. */
  readonly total: number;
  /** Least bandwidth now. */
  readonly floor: (m: number) => number;
  /** Codes of pending points, one after the other. */
  readonly pending: Float64Array;
  /** Internal values that are settled already, NaN = free. */
  readonly fixed: Float64Array;
  /** How many candidates to draw. */
  readonly count: number;
  readonly rng: Rng;
}

/** Drawn points and their score, log l(x) - log g(x). Scratch of its model: good until that proposes again. */
export class Candidates {
  readonly codes: Float64Array;
  readonly places: Float64Array;
  readonly scores: Float64Array;
  readonly #axes: readonly Axis[];
  readonly #order: Int32Array;
  #fixed: Float64Array = new Float64Array(0);

  constructor(axes: readonly Axis[], count: number) {
    this.#axes = axes;
    this.#order = new Int32Array(count);
    this.codes = new Float64Array(count * axes.length);
    this.places = new Float64Array(count * axes.length);
    this.scores = new Float64Array(count);
  }

  get count(): number {
    return this.scores.length;
  }

  /** Puts the settled values into every candidate. */
  fix(fixed: Float64Array): void {
    const d = this.#axes.length;
    this.#fixed = fixed;
    for (let j = 0; j < d; j++) {
      const x = this.#fixed[j] as number;
      if (Number.isNaN(x)) continue;
      const axis = this.#axes[j] as Axis;
      const code = encode(axis, x);
      for (let c = 0; c < this.count; c++) {
        this.codes[c * d + j] = code;
        this.places[c * d + j] = axis.kind === 'choices' ? 0 : placeOf(axis, code);
      }
    }
  }

  /** Indices from the best score to the worst; equal scores keep the order in which they were drawn. */
  ranking(): Int32Array {
    const { scores } = this;
    const order = this.#order;
    for (let c = 0; c < order.length; c++) {
      let at = c;
      for (; at > 0 && (scores[order[at - 1] as number] as number) < (scores[c] as number); at--)
        order[at] = order[at - 1] as number;
      order[at] = c;
    }
    return order;
  }

  /** Internal value of candidate `c` on axis `j`. */
  value(c: number, j: number): number {
    const fixed = this.#fixed[j] as number;
    if (!Number.isNaN(fixed)) return fixed;
    const axis = this.#axes[j] as Axis;
    const at = c * this.#axes.length + j;
    return axis.kind === 'choices' ? (this.codes[at] as number) : valueAt(axis, this.places[at] as number);
  }
}

/** The pair of densities over a set of axes, and what they remember beside the sample. Absorbs trials in order of age. */
export interface DensityPair {
  /** @param slot of the trial in the sample, -1 = none */
  absorb(age: number, codes: Float64Array, slot: number): void;
  propose(request: CandidateRequest, sample: TrialSample): Candidates;
  clone(): DensityPair;
}
