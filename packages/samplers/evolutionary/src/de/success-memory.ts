import type { Rng } from '@asktell/core';
import { tan } from '@asktell/numerics/elementary';

interface Success {
  readonly f: number;
  readonly cr: number;
  /** Improvement of the loss, NaN = unknown. */
  readonly gain: number;
}

/** Marks a CR entry that stays 0 (⊥ in the paper). */
const terminal = -1;
/** Standard deviation of CR and scale of F around a memory entry. */
const spread = 0.1;
const start = 0.5;

/**
 * The success-history adaptation of L-SHADE (Tanabe and Fukunaga 2014, algorithm 1, equations 1–6): a ring buffer of H pairs of
 * F and CR that led to improvements.
 */
export class SuccessMemory {
  readonly #f: Float64Array;
  readonly #cr: Float64Array;
  #next = 0;
  #successes: Success[] = [];
  #measured = 0;

  constructor(entries: number) {
    this.#f = new Float64Array(entries).fill(start);
    this.#cr = new Float64Array(entries).fill(start);
  }

  clone(): SuccessMemory {
    const copy = new SuccessMemory(this.#f.length);
    copy.#f.set(this.#f);
    copy.#cr.set(this.#cr);
    copy.#next = this.#next;
    copy.#successes = [...this.#successes];
    copy.#measured = this.#measured;
    return copy;
  }

  /** Draws F from a Cauchy distribution and CR from a normal distribution around a random entry. */
  draw(rng: Rng): { readonly f: number; readonly cr: number } {
    const r = Math.floor(rng.float() * this.#f.length);
    const remembered = this.#cr[r] as number;
    const cr = remembered === terminal ? 0 : Math.min(1, Math.max(0, remembered + spread * rng.normal()));
    let f = 0;
    while (!(f > 0)) f = (this.#f[r] as number) + spread * tan(Math.PI * (rng.float() - 0.5));
    return { f: Math.min(1, f), cr };
  }

  /** Records that a vector with `f` and `cr` improved on its target by `gain`. */
  recordSuccess(f: number, cr: number, gain: number): void {
    this.#successes.push({ f, cr, gain });
  }

  /** Records a measurement. After `generation` measurements the successes update one entry. */
  recordMeasurement(generation: number): void {
    if (++this.#measured < generation) return;
    this.#measured = 0;
    if (this.#successes.length > 0) this.#renew(this.#successes);
    this.#successes = [];
  }

  #renew(successes: readonly Success[]): void {
    const weights = weightsOf(successes.map(({ gain }) => gain));
    const k = this.#next;
    this.#f[k] = lehmer(
      successes.map(({ f }) => f),
      weights,
    );
    const rates = successes.map(({ cr }) => cr);
    this.#cr[k] = this.#cr[k] === terminal || Math.max(...rates) === 0 ? terminal : lehmer(rates, weights);
    this.#next = (k + 1) % this.#f.length;
  }
}

/** Weights proportional to the gains. Unknown gains count as the mean of the known ones. Equal weights if all are unknown. */
function weightsOf(gains: readonly number[]): number[] {
  const known = gains.filter((gain) => !Number.isNaN(gain));
  const largest = Math.max(0, ...known);
  if (!(largest > 0)) return gains.map(() => 1);
  const mean = known.reduce((sum, gain) => sum + gain / largest, 0) / known.length;
  return gains.map((gain) => (Number.isNaN(gain) ? mean : gain / largest));
}

/** Weighted Lehmer mean: Σ w s² / Σ w s. */
function lehmer(values: readonly number[], weights: readonly number[]): number {
  let [squares, sum] = [0, 0];
  values.forEach((value, i) => {
    squares += (weights[i] as number) * value * value;
    sum += (weights[i] as number) * value;
  });
  return sum > 0 ? squares / sum : 0;
}
