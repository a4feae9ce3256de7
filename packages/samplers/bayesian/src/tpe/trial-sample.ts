import { AgeWeightedSample } from './age-weighted-sample.ts';
import { type Axis, positionOf } from './axis.ts';

/** The sampled trials from which a block builds its models: codes, positions and outcomes by slot. */
export class TrialSample {
  readonly #axes: readonly Axis[];
  readonly #sample: AgeWeightedSample;
  #codes: Float64Array;
  #positions: Float64Array;
  readonly #failed: boolean[];

  constructor(axes: readonly Axis[], limit: number, seed: number, from?: TrialSample) {
    this.#axes = axes;
    this.#sample = from === undefined ? new AgeWeightedSample(limit, seed) : from.#sample.clone();
    this.#codes = from === undefined ? new Float64Array(0) : from.#codes.slice();
    this.#positions = from === undefined ? new Float64Array(0) : from.#positions.slice();
    this.#failed = from === undefined ? [] : from.#failed.slice();
  }

  clone(): TrialSample {
    return new TrialSample(this.#axes, 0, 0, this);
  }

  get size(): number {
    return this.#sample.size;
  }

  /** Codes by slot, then axis. Read-only. */
  get codes(): Float64Array {
    return this.#codes;
  }

  /** Positions in the unit interval by slot, then axis; on choice axes the code. Read-only. */
  get positions(): Float64Array {
    return this.#positions;
  }

  /** Positions of points given by their codes, row by row. */
  positionsOf(codes: Float64Array): Float64Array {
    const d = this.#axes.length;
    return codes.map((code, i) => {
      const axis = this.#axes[i % d] as Axis;
      return axis.kind === 'choices' ? code : positionOf(axis, code);
    });
  }

  hasFailed(slot: number): boolean {
    return this.#failed[slot] === true;
  }

  /** The slot of a trial, or -1 if the trial is not in the sample. */
  slot(age: number): number {
    return this.#sample.slot(age);
  }

  /** Offers the next trial. Returns its slot, or -1 if the trial was rejected. */
  offer(age: number, codes: Float64Array, failed: boolean): number {
    const slot = this.#sample.offer(age);
    if (slot < 0) return slot;
    const d = this.#axes.length;
    const end = (slot + 1) * d;
    if (end > this.#codes.length) {
      const length = Math.max(end, Math.ceil(this.#codes.length * 1.5), 16 * d);
      this.#codes = grown(this.#codes, length);
      this.#positions = grown(this.#positions, length);
    }
    this.#codes.set(codes, slot * d);
    this.#positions.set(this.positionsOf(codes), slot * d);
    this.#failed[slot] = failed;
    return slot;
  }

  /** Whether a sampled trial has exactly the codes from index `offset` on. */
  has(codes: Float64Array, offset: number): boolean {
    const d = this.#axes.length;
    for (let slot = 0; slot < this.size; slot++) {
      let j = 0;
      while (j < d && this.#codes[slot * d + j] === codes[offset + j]) j++;
      if (j === d) return true;
    }
    return false;
  }
}

function grown(array: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(array);
  return longer;
}
