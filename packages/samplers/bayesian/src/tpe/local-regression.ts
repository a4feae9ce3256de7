import type { Axis } from './axis.ts';
import type { TrialSample } from './trial-sample.ts';

/** Number of nearest trials used for an estimate. */
const neighbours = 10;

/** Estimated success at a point, with its weight. */
export interface LocalEstimate {
  /** Near 1 where trials succeed and near 0 where they fail. The trend can extrapolate beyond both values. */
  readonly level: number;
  /** Equivalent number of trials, at most the number of neighbours. Small for a point far from all of them. */
  readonly weight: number;
}

/**
 * Local linear regression of the outcomes (1 = did not fail) of the nearest trials on their positions. Unlike a count of
 * neighbours it extrapolates, so it detects the boundary between a cluster of successes and a few failures behind it.
 *
 * Model: outcome = level + slope · offset + noise of variance 1. The slope has a normal prior whose contribution at the mean
 * distance has the variance of the noise. The covariance of the outcomes about the level is A = I + V Vᵀ / mean |v|², where the
 * rows v of V are the offsets of the trials. The level is 1ᵀA⁻¹y / 1ᵀA⁻¹1 and has the weight 1ᵀA⁻¹1 (generalised least squares;
 * Rasmussen & Williams 2006, eq. 2.41).
 */
export class LocalRegression {
  readonly #d: number;
  /** By axis: 1 for choices, else 0. */
  readonly #choices: Uint8Array;
  // Scratch memory, overwritten by every call.
  readonly #gaps = new Float64Array(neighbours);
  readonly #slots = new Int32Array(neighbours);
  readonly #factor = new Float64Array(neighbours * neighbours);
  readonly #u = new Float64Array(neighbours);
  readonly #w = new Float64Array(neighbours);

  constructor(axes: readonly Axis[]) {
    this.#d = axes.length;
    this.#choices = Uint8Array.from(axes, ({ kind }) => (kind === 'choices' ? 1 : 0));
  }

  /** @param point one position per axis */
  at(sample: TrialSample, point: Float64Array): LocalEstimate {
    const k = Math.min(neighbours, sample.size);
    const meanGap = this.#findNearest(sample, point, k);
    const slots = this.#slots;
    const scale = meanGap > 0 ? 1 / meanGap : 0;
    // The Cholesky factor L of A, row by row, together with the solutions of L u = 1 and L w = y.
    const [factor, u, w] = [this.#factor, this.#u, this.#w];
    for (let a = 0; a < k; a++) {
      const slot = slots[a] as number;
      let one = 1;
      let outcome = sample.hasFailed(slot) ? 0 : 1;
      for (let b = 0; b <= a; b++) {
        let sum = scale * this.#inner(sample, slot, slots[b] as number, point) + (a === b ? 1 : 0);
        for (let c = 0; c < b; c++) sum -= (factor[a * k + c] as number) * (factor[b * k + c] as number);
        const entry = a === b ? Math.sqrt(sum) : sum / (factor[b * k + b] as number);
        factor[a * k + b] = entry;
        if (a === b) break;
        one -= entry * (u[b] as number);
        outcome -= entry * (w[b] as number);
      }
      u[a] = one / (factor[a * k + a] as number);
      w[a] = outcome / (factor[a * k + a] as number);
    }
    let weight = 0;
    let level = 0;
    for (let a = 0; a < k; a++) {
      weight += (u[a] as number) ** 2;
      level += (u[a] as number) * (w[a] as number);
    }
    return { level: level / weight, weight };
  }

  /** Finds the nearest trials and returns their mean squared distance. Two different choices have distance 1, the width of a range. */
  #findNearest(sample: TrialSample, point: Float64Array, k: number): number {
    const d = this.#d;
    const { positions, size } = sample;
    const choices = this.#choices;
    const [gaps, slots] = [this.#gaps, this.#slots];
    gaps.fill(Number.POSITIVE_INFINITY);
    let last = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < size; slot++) {
      const from = slot * d;
      let sum = 0;
      for (let j = 0; j < d && sum < last; j++) {
        const gap = (positions[from + j] as number) - (point[j] as number);
        sum += choices[j] === 0 ? gap * gap : gap === 0 ? 0 : 1;
      }
      if (sum >= last) continue;
      let at = k - 1;
      for (; at > 0 && (gaps[at - 1] as number) > sum; at--) {
        gaps[at] = gaps[at - 1] as number;
        slots[at] = slots[at - 1] as number;
      }
      gaps[at] = sum;
      slots[at] = slot;
      last = gaps[k - 1] as number;
    }
    let total = 0;
    for (let i = 0; i < k; i++) total += gaps[i] as number;
    return total / k;
  }

  /** Inner product of the offsets of two trials from a point. Choices are the corners of a simplex with edges of length 1. */
  #inner({ positions }: TrialSample, a: number, b: number, point: Float64Array): number {
    const d = this.#d;
    let sum = 0;
    for (let j = 0; j < d; j++) {
      const p = positions[a * d + j] as number;
      const q = positions[b * d + j] as number;
      const o = point[j] as number;
      if (this.#choices[j] === 0) sum += (p - o) * (q - o);
      else if (p !== o && q !== o) sum += p === q ? 1 : 0.5;
    }
    return sum;
  }
}
