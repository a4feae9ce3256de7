import { exp, pow } from '@asktell/numerics/elementary';
import type { Draws } from './spread-points.ts';

const epsilon = 1e-8;
const alphaSnr = 1.5;

/**
 * Independent categorical distributions q that learn from ranked choices: the categorical part of CatCMA (Hamano et al. 2024,
 * arXiv:2405.09962) and CatCMA with Margin. Follows the natural gradient with the step size of ASNG (Akimoto et al., ICML 2019,
 * PMLR 97), which grows while the signal of the gradient exceeds its noise. Every choice has at least the probability `floors`.
 */
export class CategoricalSearch {
  /** Number of choices of each variable, at least 2. */
  readonly counts: Int32Array;
  /** Offset of the probabilities of each variable in `q`. */
  readonly offsets: Int32Array;
  /** Probabilities of all choices. */
  readonly q: Float64Array;
  /** Minimum probability of each variable's choices. */
  readonly floors: Float64Array;
  /** ASNG: the accumulated signal s (Σ (K - 1) numbers), its expected square γ, the inverse Δ of the trust region, the step δ. */
  readonly signal: Float64Array;
  gamma: number = 0;
  inverse: number = 1;
  delta: number = 1;
  readonly #gradient: Float64Array;
  readonly #white: Float64Array;

  /**
   * Creates uniform distributions.
   * @param discrete number of variables that share the margin: categorical variables and discrete coordinates
   */
  constructor(counts: Int32Array, discrete: number) {
    this.counts = counts;
    this.offsets = new Int32Array(counts.length);
    let total = 0;
    for (const [i, count] of counts.entries()) {
      this.offsets[i] = total;
      total += count;
    }
    this.q = new Float64Array(total);
    this.floors = new Float64Array(counts.length);
    for (const [i, count] of counts.entries()) {
      this.q.fill(1 / count, this.offsets[i] as number, (this.offsets[i] as number) + count);
      this.floors[i] = (1 - pow(0.73, 1 / discrete)) / (count - 1);
    }
    this.signal = new Float64Array(total - counts.length);
    this.#gradient = new Float64Array(total);
    this.#white = new Float64Array(total - counts.length);
  }

  /** Draws one choice for each variable. */
  sample(rng: Draws, choices: Int32Array): void {
    for (let i = 0; i < this.counts.length; i++) {
      const offset = this.offsets[i] as number;
      const last = (this.counts[i] as number) - 1;
      let left = rng.float();
      let choice = 0;
      while (choice < last && left >= (this.q[offset + choice] as number)) left -= this.q[offset + choice++] as number;
      choices[i] = choice;
    }
  }

  /**
   * Updates the distributions with one generation.
   * @param choices λ × variables, row-major, best first
   * @param recombination weights by rank, sum 1
   */
  update(choices: Int32Array, recombination: Float64Array): void {
    const { q } = this;
    const gradient = this.#naturalGradient(choices, recombination);
    const white = this.#whiten(gradient);
    let square = 0;
    for (const x of white) square += x * x;
    const length = Math.sqrt(square);
    const step = this.delta / (length + epsilon);
    for (let k = 0; k < q.length; k++) q[k] = (q[k] as number) + step * (gradient[k] as number);
    // A zero gradient, from equal choices, contains neither signal nor noise.
    if (length > 0) this.#adaptStep(white, length);
    this.#keepMargins();
  }

  /** Σ_i w_i (onehot(c_i) - q). */
  #naturalGradient(choices: Int32Array, recombination: Float64Array): Float64Array {
    const { counts, offsets, q } = this;
    const gradient = this.#gradient.fill(0);
    let total = 0;
    for (let k = 0; k < recombination.length; k++) {
      const w = recombination[k] as number;
      if (w === 0) continue;
      total += w;
      for (let i = 0; i < counts.length; i++) {
        const at = (offsets[i] as number) + (choices[k * counts.length + i] as number);
        gradient[at] = (gradient[at] as number) + w;
      }
    }
    for (let k = 0; k < q.length; k++) gradient[k] = (gradient[k] as number) - total * (q[k] as number);
    return gradient;
  }

  /** F^(1/2) times the gradient, where F is the Fisher information of all choices except the last (ASNG, appendix B). */
  #whiten(gradient: Float64Array): Float64Array {
    const { counts, offsets, q } = this;
    const white = this.#white;
    for (let i = 0, at = 0; i < counts.length; i++) {
      const offset = offsets[i] as number;
      const last = (counts[i] as number) - 1;
      let sum = 0;
      for (let k = 0; k < last; k++) sum += gradient[offset + k] as number;
      const rest = q[offset + last] as number;
      const common = sum / (rest + Math.sqrt(rest));
      for (let k = 0; k < last; k++, at++) {
        const root = Math.sqrt(q[offset + k] as number);
        white[at] = (gradient[offset + k] as number) / root + root * common;
      }
    }
    return white;
  }

  #adaptStep(white: Float64Array, length: number): void {
    const { signal } = this;
    this.delta = 1 / this.inverse;
    const beta = this.delta / Math.sqrt(signal.length);
    const push = Math.sqrt(Math.max(0, beta * (2 - beta))) / length;
    let square = 0;
    for (let k = 0; k < signal.length; k++) {
      const s = (1 - beta) * (signal[k] as number) + push * (white[k] as number);
      signal[k] = s;
      square += s * s;
    }
    this.gamma = (1 - beta) ** 2 * this.gamma + beta * (2 - beta);
    this.inverse *= exp(beta * (this.gamma - square / alphaSnr));
  }

  #keepMargins(): void {
    const { counts, offsets, q, floors } = this;
    for (let i = 0; i < counts.length; i++) {
      const count = counts[i] as number;
      const from = offsets[i] as number;
      const floor = floors[i] as number;
      let sum = 0;
      for (let k = from; k < from + count; k++) {
        q[k] = Math.max(q[k] as number, floor);
        sum += q[k] as number;
      }
      const slack = sum - floor * count;
      let total = 0;
      for (let k = from; k < from + count; k++) {
        q[k] = (q[k] as number) - ((sum - 1) * ((q[k] as number) - floor)) / slack;
        total += q[k] as number;
      }
      for (let k = from; k < from + count; k++) q[k] = (q[k] as number) / total;
    }
  }

  /** The most probable choice of a variable. */
  likeliest(variable: number): number {
    const from = this.offsets[variable] as number;
    let best = 0;
    for (let k = 1; k < (this.counts[variable] as number); k++)
      if ((this.q[from + k] as number) > (this.q[from + best] as number)) best = k;
    return best;
  }

  /** Sets the probabilities of a variable to frequencies, raised to the margin where necessary. */
  setFrequencies(variable: number, frequencies: ArrayLike<number>): void {
    const from = this.offsets[variable] as number;
    for (let k = 0; k < (this.counts[variable] as number); k++) this.q[from + k] = frequencies[k] as number;
    this.#keepMargins();
  }

  clone(): CategoricalSearch {
    const copy = new CategoricalSearch(this.counts, 1);
    copy.q.set(this.q);
    copy.floors.set(this.floors);
    copy.signal.set(this.signal);
    copy.gamma = this.gamma;
    copy.inverse = this.inverse;
    copy.delta = this.delta;
    return copy;
  }
}
