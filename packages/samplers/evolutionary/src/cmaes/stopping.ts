import type { Merit } from '../outcome/merit.ts';
import type { CmaEs } from './cma-es.ts';

/** Relative to the best loss, and to the initial step size. */
const tolerance = 1e-11;

/** How a run ends. `over`: it has converged or used its budget. `degenerate`: its distribution is numerically unusable. */
export type RunEnd = 'over' | 'degenerate';

/** The stopping rules of a run: those of Hansen's tutorial (B.3), without stagnation. */
export class Stopping {
  readonly initialSigma: number;
  /** Best loss of each of the last generations, a ring buffer. */
  readonly bests: Float64Array;
  /** Tiers of `bests`. Losses are comparable only within a tier. */
  readonly tiers: Float64Array;
  generations: number = 0;

  /** @param n number of coordinates and choices */
  constructor(n: number, lambda: number, initialSigma: number) {
    this.initialSigma = initialSigma;
    this.bests = new Float64Array(10 + Math.ceil((30 * n) / lambda));
    this.tiers = new Float64Array(this.bests.length);
  }

  /**
   * Call after each update.
   * @param best best merit of the generation
   * @param bounded bounded[i] = 1: coordinate i is continuous
   * @returns how the run ends, `null` if it continues
   */
  end(best: Merit, search: CmaEs | null, bounded: Uint8Array): RunEnd | null {
    const at = this.generations % this.bests.length;
    this.bests[at] = best.loss;
    this.tiers[at] = best.tier;
    this.generations++;
    if (search !== null && this.#isDegenerate(search)) return 'degenerate';
    return this.#isFlat(best) || (search !== null && this.#hasConverged(search, bounded)) ? 'over' : null;
  }

  /** Whether the best losses of the last generations hardly differ. */
  #isFlat({ tier, loss }: Merit): boolean {
    if (this.generations < this.bests.length || this.tiers.some((other) => other !== tier)) return false;
    const low = Math.min(...this.bests);
    const high = Math.max(...this.bests);
    return low === high || high - low < tolerance * Math.abs(loss);
  }

  /** Whether the step size of all continuous coordinates is negligible, or below the precision of the mean for one of them. */
  #hasConverged({ mean, sigma, pC, covariance }: CmaEs, bounded: Uint8Array): boolean {
    let continuous = 0;
    let small = true;
    for (let i = 0; i < mean.length; i++) {
      if (bounded[i] === 0) continue;
      continuous++;
      const deviation = sigma * Math.sqrt(covariance.variance(i));
      const limit = tolerance * this.initialSigma;
      if (deviation > limit || sigma * Math.abs(pC[i] as number) > limit) small = false;
      const m = mean[i] as number;
      if (m === m + 0.2 * deviation) return true;
    }
    return continuous > 0 && small;
  }

  /** Whether the distribution is not finite, far larger than the space, or ill-conditioned beyond double precision. */
  #isDegenerate({ mean, sigma, covariance }: CmaEs): boolean {
    const [low, high] = covariance.extremes();
    return (
      !Number.isFinite(sigma) ||
      !mean.every(Number.isFinite) ||
      sigma * high > 1e4 * this.initialSigma ||
      !(high <= 1e7 * low)
    );
  }

  clone(): Stopping {
    const copy = new Stopping(0, 1, this.initialSigma);
    Object.assign(copy, { bests: this.bests.slice(), tiers: this.tiers.slice(), generations: this.generations });
    return copy;
  }
}
