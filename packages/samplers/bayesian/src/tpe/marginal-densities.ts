import { exp, log } from '@asktell/numerics/elementary';
import { ageWeight } from './age-weights.ts';
import type { Axis } from './axis.ts';
import { logPrior } from './axis.ts';
import { AxisHistogram } from './axis-histogram.ts';
import { type CandidateRequest, Candidates, type DensityPair } from './candidates.ts';
import { type Entry, sameEntries } from './good-list.ts';
import { ParzenMixture } from './parzen-mixture.ts';
import type { TpeRecipe } from './recipe.ts';
import { newestInFull } from './recipe.ts';

interface Newest {
  readonly age: number;
  readonly codes: Float64Array;
}

/**
 * Univariate TPE: each parameter has its own densities and is chosen independently. The default for several objectives, where the
 * good trials lie along a front rather than around one point. Source: Bergstra et al. 2011, §4.
 */
export class MarginalDensities implements DensityPair {
  readonly #axes: readonly Axis[];
  readonly #recipe: TpeRecipe;
  readonly #histograms: readonly AxisHistogram[];
  /** The newest trials, oldest first. They have full weight, which the linear ramp of the histograms does not give. */
  readonly #newest: Newest[];
  #good: { readonly entries: readonly Entry[]; readonly floor: number; readonly densities: ParzenMixture[] } | null =
    null;

  constructor(axes: readonly Axis[], recipe: TpeRecipe, from?: MarginalDensities) {
    this.#axes = axes;
    this.#recipe = recipe;
    this.#histograms =
      from === undefined
        ? axes.map((axis) => new AxisHistogram(axis, recipe.stepFloor))
        : from.#histograms.map((histogram) => histogram.clone());
    this.#newest = from === undefined ? [] : from.#newest.slice();
    if (from !== undefined) this.#good = from.#good;
  }

  clone(): MarginalDensities {
    return new MarginalDensities(this.#axes, this.#recipe, this);
  }

  absorb(age: number, codes: Float64Array): void {
    for (let j = 0; j < this.#axes.length; j++) (this.#histograms[j] as AxisHistogram).add(age, codes[j] as number);
    this.#newest.push({ age, codes });
    if (this.#newest.length > newestInFull) this.#newest.shift();
  }

  propose(request: CandidateRequest): Candidates {
    const axes = this.#axes;
    const { count } = request;
    const best = new Candidates(axes, 1);
    const densities = this.#goodDensities(request);
    const codes = new Float64Array(count);
    const positions = new Float64Array(count);
    const scores = new Float64Array(count);
    const bad = new Float64Array(count);
    for (let j = 0; j < axes.length; j++) {
      const good = densities[j] as ParzenMixture;
      for (let c = 0; c < count; c++) good.draw(request.rng, codes, positions, c);
      this.#logBad(request, j, codes, bad);
      good.logDensities(codes, scores);
      let top = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < count; c++) {
        const score = (scores[c] as number) - (bad[c] as number);
        if (score <= top) continue;
        top = score;
        best.codes[j] = codes[c] as number;
        best.positions[j] = positions[c] as number;
      }
    }
    best.fix(request.fixed);
    return best;
  }

  #goodDensities({ good, floor }: CandidateRequest): readonly ParzenMixture[] {
    const width = floor(good.length);
    const known = this.#good;
    if (known !== null && known.floor === width && sameEntries(known.entries, good)) return known.densities;
    const { priorWeight, stepFloor } = this.#recipe;
    const densities = this.#axes.map((axis, j) => {
      const codes = Float64Array.from(good, (entry) => entry.codes[j] as number);
      return new ParzenMixture([axis], codes, { floor: width, stepFloor, priorWeight });
    });
    this.#good = { entries: good, floor: width, densities };
    return densities;
  }

  /** log g on one axis: all trials weighted by the ramp, corrected for the newest trials, minus the good trials, plus pending points. */
  #logBad({ good, total, floor, pending }: CandidateRequest, j: number, codes: Float64Array, out: Float64Array): void {
    const axis = this.#axes[j] as Axis;
    const d = this.#axes.length;
    const histogram = this.#histograms[j] as AxisHistogram;
    const { priorWeight, pendingWeight } = this.#recipe;
    const waiting = pending.length / d;
    const bad = total - good.length + waiting;
    const base = ageWeight(0, total);
    const slope = total > newestInFull + 1 ? ageWeight(1, total) - base : 0;
    const weights = histogram.weights(base, slope);
    let sum = base * total + (slope * total * (total - 1)) / 2;
    const put = (code: number, weight: number) => {
      const bin = histogram.bin(code);
      weights[bin] = Math.max((weights[bin] as number) + weight, 0);
      sum += weight;
    };
    const newest = this.#newest;
    for (let k = 0; k < newest.length; k++) {
      const { age, codes: own } = newest[k] as Newest;
      put(own[j] as number, 1 - base - slope * age);
    }
    const oldest = total - newest.length;
    for (let k = 0; k < good.length; k++) {
      const { age, codes: own } = good[k] as Entry;
      put(own[j] as number, age >= oldest ? -1 : -base - slope * age);
    }
    for (let p = 0; p < waiting; p++) put(pending[p * d + j] as number, pendingWeight);
    sum = Math.max(sum, 0);
    histogram.densities(weights, sum, floor(bad), bad, priorWeight, codes, out);
    const logSum = log(sum + priorWeight);
    for (let c = 0; c < out.length; c++)
      out[c] = log((out[c] as number) + priorWeight * exp(logPrior(axis, codes[c] as number))) - logSum;
  }
}
