import { exp, log } from '@asktell/numerics/elementary';
import type { Axis } from './axis.ts';
import { LocalRegression } from './local-regression.ts';
import type { TrialSample } from './trial-sample.ts';

/**
 * Exponent of the success probability in the score. If the best values lie at the boundary of a failing region, a third fewer of
 * the later trials fail with 16 than with 4, and the best values are equally good.
 */
const successExponent = 16;

/**
 * The probability that a point succeeds, learned from failed trials. Parzen densities are too local for this: they learn that a
 * point is bad, but not that the whole region beyond a boundary is.
 *
 * Two hypotheses are averaged: failures depend on the position (a region that always throws), or they occur anywhere with equal
 * probability (an unreliable machine). Both predict the outcome of every trial before it is absorbed. Their weights follow from
 * these predictions (Bayesian model averaging, Hoeting et al. 1999, with prequential probabilities, Dawid 1984).
 */
export class FailureModel {
  readonly #axes: readonly Axis[];
  readonly #local: LocalRegression;
  #trials: number;
  #failures: number;
  /** Log odds of the hypothesis that failures depend on the position. */
  #evidence: number;

  constructor(axes: readonly Axis[], from?: FailureModel) {
    this.#axes = axes;
    this.#local = new LocalRegression(axes);
    this.#trials = from === undefined ? 0 : from.#trials;
    this.#failures = from === undefined ? 0 : from.#failures;
    this.#evidence = from === undefined ? 0 : from.#evidence;
  }

  clone(): FailureModel {
    return new FailureModel(this.#axes, this);
  }

  /** Number of failed trials. */
  get failures(): number {
    return this.#failures;
  }

  /** Learns from the next trial, which must not be in `sample` yet. */
  absorb(sample: TrialSample, codes: Float64Array, failed: boolean): void {
    if ((this.#failures > 0 || failed) && sample.size > 0) {
      const probability = this.#successProbability(sample, sample.positionsOf(codes));
      const share = this.#share;
      this.#evidence += failed ? log((1 - probability) / (1 - share)) : log(probability / share);
    }
    this.#trials++;
    if (failed) this.#failures++;
  }

  /** Adds the weighted log-probability of success to each score. Does nothing while no trial has failed. */
  addLogSuccess(sample: TrialSample, codes: Float64Array, scores: Float64Array): void {
    if (this.#failures === 0) return;
    const d = this.#axes.length;
    const trust = 1 / (1 + exp(-this.#evidence));
    const anywhere = (1 - trust) * this.#share;
    const points = sample.positionsOf(codes);
    for (let c = 0; c < scores.length; c++) {
      const probability = this.#successProbability(sample, points.subarray(c * d, (c + 1) * d));
      scores[c] = (scores[c] as number) + successExponent * log(trust * probability + anywhere);
    }
  }

  /** Share of trials that did not fail, smoothed to lie inside (0, 1). */
  get #share(): number {
    return (this.#trials - this.#failures + 0.5) / (this.#trials + 1);
  }

  /** Local estimate, shrunk towards the overall share with the weight of one trial. Far from all trials it is the overall share. */
  #successProbability(sample: TrialSample, point: Float64Array): number {
    const { level, weight } = this.#local.at(sample, point);
    return (Math.min(Math.max(level, 0), 1) * weight + this.#share) / (weight + 1);
  }
}
