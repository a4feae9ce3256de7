import type { Axis } from './axis.ts';
import { LocalLevel } from './local-level.ts';
import type { TrialSample } from './trial-sample.ts';

/**
 * How much the logarithm of a chance counts beside that of l(x)/g(x). Where the best values lie just behind the border of what fails,
 * a third fewer of the later trials fail with 16 than with 4, and the best values are as good.
 */
const caution = 16;

/**
 * The chance that a point succeeds, learned from which trials failed. Parzen densities alone are too narrow for that: they learn
 * that a point is bad, not that everything on its side of a border is.
 *
 * Two explanations compete: that the place decides, as for a region that always throws, or that trials fail anywhere, as on
 * machines that break. Each foretells the outcome of every trial before it is learned; how much better one of them did
 * is what it is trusted more (Bayesian model averaging, Hoeting et al. 1999, on prequential probabilities, Dawid 1984).
 */
export class FailureOdds {
  readonly #axes: readonly Axis[];
  readonly #local: LocalLevel;
  #trials: number;
  #failures: number;
  /** Log of the odds that the place decides. */
  #evidence: number;

  constructor(axes: readonly Axis[], from?: FailureOdds) {
    this.#axes = axes;
    this.#local = new LocalLevel(axes);
    this.#trials = from === undefined ? 0 : from.#trials;
    this.#failures = from === undefined ? 0 : from.#failures;
    this.#evidence = from === undefined ? 0 : from.#evidence;
  }

  clone(): FailureOdds {
    return new FailureOdds(this.#axes, this);
  }

  /** Trials that failed. */
  get failures(): number {
    return this.#failures;
  }

  /** Learns from the next trial, which `sample` does not have yet. */
  absorb(sample: TrialSample, codes: Float64Array, failed: boolean): void {
    if ((this.#failures > 0 || failed) && sample.size > 0) {
      const chance = this.#chance(sample, sample.placesOf(codes));
      const share = this.#share;
      this.#evidence += failed ? Math.log((1 - chance) / (1 - share)) : Math.log(chance / share);
    }
    this.#trials++;
    if (failed) this.#failures++;
  }

  /** Adds to each score the logarithm of the chance that the point succeeds. Costs nothing while no trial has failed. */
  addLogChances(sample: TrialSample, codes: Float64Array, scores: Float64Array): void {
    if (this.#failures === 0) return;
    const d = this.#axes.length;
    const trust = 1 / (1 + Math.exp(-this.#evidence));
    const anywhere = (1 - trust) * this.#share;
    const points = sample.placesOf(codes);
    for (let c = 0; c < scores.length; c++) {
      const chance = this.#chance(sample, points.subarray(c * d, (c + 1) * d));
      scores[c] = (scores[c] as number) + caution * Math.log(trust * chance + anywhere);
    }
  }

  /** Share of the trials that did not fail, inside (0, 1). */
  get #share(): number {
    return (this.#trials - this.#failures + 0.5) / (this.#trials + 1);
  }

  /** What the neighbours say, drawn towards the share of all as by one trial more: far from everything it is that share. */
  #chance(sample: TrialSample, point: Float64Array): number {
    const { level, weight } = this.#local.at(sample, point);
    return (Math.min(Math.max(level, 0), 1) * weight + this.#share) / (weight + 1);
  }
}
