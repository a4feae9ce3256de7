import { AgedSample } from './aged-sample.ts';
import { ageWeight, totalAgeWeight } from './ages.ts';
import type { Axis } from './axis.ts';
import { type CandidateRequest, Candidates, type DensityPair } from './candidates.ts';
import { FloorKernels } from './floor-kernels.ts';
import type { Entry } from './good-list.ts';
import { logPriorDensity, ParzenMixture } from './parzen-mixture.ts';
import { goodCount, type TpeRecipe } from './recipe.ts';

/**
 * Multivariate TPE: one mixture over trials of products over all axes, for the good trials and for the bad ones.
 * Source: Bergstra et al. 2011; Falkner et al. 2018 (BOHB) for the joint form.
 */
export class JointDensities implements DensityPair {
  readonly #axes: readonly Axis[];
  readonly #recipe: TpeRecipe;
  readonly #sample: AgedSample;
  readonly #kernels: FloorKernels;
  /** Codes by slot, where the bad kernels have bandwidths of their own. */
  #codes: Float64Array;
  #good: { readonly entries: readonly Entry[]; readonly floor: number; readonly density: ParzenMixture } | null = null;

  constructor(axes: readonly Axis[], recipe: TpeRecipe, seed: number, from?: JointDensities) {
    this.#axes = axes;
    this.#recipe = recipe;
    // Good trials are in the sample too and leave room for others when they are left out.
    const limit = recipe.badLimit + goodCount(recipe, Number.POSITIVE_INFINITY);
    this.#sample = from === undefined ? new AgedSample(limit, seed) : from.#sample.clone();
    this.#kernels = from === undefined ? new FloorKernels(axes) : from.#kernels.clone();
    this.#codes = from === undefined ? new Float64Array(0) : from.#codes.slice();
    if (from !== undefined) this.#good = from.#good;
  }

  clone(): JointDensities {
    return new JointDensities(this.#axes, this.#recipe, 0, this);
  }

  absorb(age: number, codes: Float64Array): void {
    const slot = this.#sample.offer(age);
    if (slot < 0) return;
    this.#kernels.put(slot, codes);
    if (this.#recipe.badKernels !== 'neighbours') return;
    const d = this.#axes.length;
    if ((slot + 1) * d > this.#codes.length) {
      const grown = new Float64Array(Math.max((slot + 1) * d, Math.ceil(this.#codes.length * 1.5)));
      grown.set(this.#codes);
      this.#codes = grown;
    }
    this.#codes.set(codes, slot * d);
  }

  hasSeen(codes: Float64Array, offset: number): boolean {
    for (let slot = 0; slot < this.#sample.size; slot++) if (this.#kernels.isAt(slot, codes, offset)) return true;
    return false;
  }

  propose(request: CandidateRequest): Candidates {
    const d = this.#axes.length;
    const candidates = request.count;
    const drawn = new Candidates(this.#axes, candidates, request.fixed);
    const good = this.#goodDensity(request);
    for (let c = 0; c < candidates; c++) good.draw(request.rng, drawn.codes, drawn.places, c * d);
    drawn.fix();
    const bad = this.logBad(request, drawn.codes, candidates);
    good.logDensities(drawn.codes, drawn.scores);
    for (let c = 0; c < candidates; c++) drawn.scores[c] = (drawn.scores[c] as number) - (bad[c] as number);
    return drawn;
  }

  /** log l at points given by their codes. */
  logGood(request: CandidateRequest, codes: Float64Array, count: number): Float64Array {
    const good = this.#goodDensity(request);
    const out = new Float64Array(count);
    good.logDensities(codes, out);
    return out;
  }

  #goodDensity({ good, floor }: CandidateRequest): ParzenMixture {
    const width = floor(good.length);
    const known = this.#good;
    if (
      known !== null &&
      known.floor === width &&
      known.entries.length === good.length &&
      known.entries.every((entry, i) => entry === good[i])
    )
      return known.density;
    const d = this.#axes.length;
    const codes = new Float64Array(good.length * d);
    good.forEach((entry, i) => {
      codes.set(entry.codes, i * d);
    });
    const density = new ParzenMixture(this.#axes, codes, { floor: width, priorWeight: this.#recipe.priorWeight });
    this.#good = { entries: good, floor: width, density };
    return density;
  }

  /** log g at points given by their codes. */
  logBad(request: CandidateRequest, codes: Float64Array, count: number): Float64Array {
    const { weights, pendingFrom, kernels } = this.#weights(request);
    if (this.#recipe.badKernels === 'neighbours') return this.#logOwnWidths(request, weights, codes, count);
    const d = this.#axes.length;
    this.#kernels.setSigma(request.floor(kernels), this.#sample.size);
    for (let p = 0; (p + 1) * d <= request.pending.length; p++)
      this.#kernels.put(pendingFrom + p, request.pending, p * d);
    const priors = Float64Array.from({ length: count }, (_, c) => logPriorDensity(this.#axes, codes, c * d));
    const out = new Float64Array(count);
    this.#kernels.logDensities(weights.length, weights, priors, this.#recipe.priorWeight, codes, out);
    return out;
  }

  /** Weights by slot: 0 for good trials; then the pending points, which count as the newest bad trials. */
  #weights({ good, total, pending }: CandidateRequest): {
    weights: Float64Array;
    pendingFrom: number;
    kernels: number;
  } {
    const size = this.#sample.size;
    const waiting = pending.length / this.#axes.length;
    const weights = new Float64Array(size + waiting).fill(1);
    let left = 0;
    for (const { age } of good) {
      const slot = this.#sample.slot(age);
      if (slot < 0) continue;
      weights[slot] = 0;
      left++;
    }
    const bad = total - good.length + waiting;
    const kernels = size - left;
    if (size === total) {
      for (let slot = 0, k = 0; slot < size; slot++) if (weights[slot] !== 0) weights[slot] = ageWeight(k++, bad);
    } else {
      // The sample stands for all: it was drawn in proportion to the weights.
      const each = Math.max(totalAgeWeight(bad) - waiting, 0) / kernels;
      for (let slot = 0; slot < size; slot++) if (weights[slot] !== 0) weights[slot] = each;
    }
    return { weights, pendingFrom: size, kernels: kernels + waiting };
  }

  #logOwnWidths(
    { floor, pending }: CandidateRequest,
    weights: Float64Array,
    codes: Float64Array,
    count: number,
  ): Float64Array {
    const d = this.#axes.length;
    const rows: number[] = [];
    weights.forEach((weight, i) => {
      if (weight > 0) rows.push(i);
    });
    const points = new Float64Array(rows.length * d);
    rows.forEach((slot, i) => {
      const from = slot * d;
      const pendingAt = (slot - this.#sample.size) * d;
      points.set(
        pendingAt < 0 ? this.#codes.subarray(from, from + d) : pending.subarray(pendingAt, pendingAt + d),
        i * d,
      );
    });
    const density = new ParzenMixture(this.#axes, points, {
      floor: floor(rows.length),
      priorWeight: this.#recipe.priorWeight,
      weights: Float64Array.from(rows, (slot) => weights[slot] as number),
    });
    const out = new Float64Array(count);
    density.logDensities(codes, out);
    return out;
  }
}
