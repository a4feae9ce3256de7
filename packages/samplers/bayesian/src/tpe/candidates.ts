import type { Rng } from '@asktell/core';
import { type Axis, encode, positionOf, valueAt } from './axis.ts';
import type { Entry } from './good-list.ts';
import type { TrialSample } from './trial-sample.ts';

/** Input of one proposal. */
export interface CandidateRequest {
  readonly good: readonly Entry[];
  /** Number of trials absorbed so far, good trials included. */
  readonly total: number;
  /** Minimum bandwidth of a mixture of `m` kernels. */
  readonly floor: (m: number) => number;
  /** Codes of pending points, row by row. */
  readonly pending: Float64Array;
  /** Fixed internal values; NaN = free. */
  readonly fixed: Float64Array;
  /** Number of candidates to draw. */
  readonly count: number;
  readonly rng: Rng;
}

/** Candidate points with their scores log l(x) - log g(x). A model reuses its instance for the next proposal. */
export class Candidates {
  readonly codes: Float64Array;
  readonly positions: Float64Array;
  readonly scores: Float64Array;
  readonly #axes: readonly Axis[];
  readonly #order: Int32Array;
  #fixed: Float64Array = new Float64Array(0);

  constructor(axes: readonly Axis[], count: number) {
    this.#axes = axes;
    this.#order = new Int32Array(count);
    this.codes = new Float64Array(count * axes.length);
    this.positions = new Float64Array(count * axes.length);
    this.scores = new Float64Array(count);
  }

  get count(): number {
    return this.scores.length;
  }

  /** Overwrites the fixed parameters of every candidate. */
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
        this.positions[c * d + j] = axis.kind === 'choices' ? 0 : positionOf(axis, code);
      }
    }
  }

  /** Candidate indices in descending order of score. Equal scores keep the order in which they were drawn. */
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
    return axis.kind === 'choices' ? (this.codes[at] as number) : valueAt(axis, this.positions[at] as number);
  }
}

/** The good and the bad density over a set of axes. Trials must be absorbed in ascending order of age. */
export interface DensityPair {
  /** @param slot of the trial in the sample, or -1 */
  absorb(age: number, codes: Float64Array, slot: number): void;
  propose(request: CandidateRequest, sample: TrialSample): Candidates;
  clone(): DensityPair;
}
