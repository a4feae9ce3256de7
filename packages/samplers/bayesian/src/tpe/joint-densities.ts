import { fillAgeWeights, totalAgeWeight } from './age-weights.ts';
import type { Axis } from './axis.ts';
import { type CandidateRequest, Candidates, type DensityPair } from './candidates.ts';
import { FloorKernels } from './floor-kernels.ts';
import { type Entry, sameEntries } from './good-list.ts';
import { NeighbourKernels } from './neighbour-kernels.ts';
import { logPriorDensity, ParzenMixture } from './parzen-mixture.ts';
import type { TpeRecipe } from './recipe.ts';
import type { TrialSample } from './trial-sample.ts';

/**
 * Multivariate TPE. The good and the bad density are mixtures over trials; a mixture component is a product over all axes.
 * Source: Bergstra et al. 2011; Falkner et al. 2018 (BOHB) for the joint form.
 */
export class JointDensities implements DensityPair {
  readonly #axes: readonly Axis[];
  readonly #recipe: TpeRecipe;
  readonly #kernels: FloorKernels | NeighbourKernels;
  #scratch: Float64Array = new Float64Array(0);
  #drawn: Candidates | null = null;
  #priors: Float64Array = new Float64Array(0);
  #bad: Float64Array = new Float64Array(0);
  #good: { readonly entries: readonly Entry[]; readonly floor: number; readonly density: ParzenMixture } | null = null;

  constructor(axes: readonly Axis[], recipe: TpeRecipe, from?: JointDensities) {
    this.#axes = axes;
    this.#recipe = recipe;
    this.#kernels = from === undefined ? kernelsOf(axes, recipe) : from.#kernels.clone();
    if (from !== undefined) this.#good = from.#good;
  }

  clone(): JointDensities {
    return new JointDensities(this.#axes, this.#recipe, this);
  }

  absorb(_age: number, codes: Float64Array, slot: number): void {
    if (slot >= 0) this.#kernels.put(slot, codes);
  }

  propose(request: CandidateRequest, sample: TrialSample): Candidates {
    const d = this.#axes.length;
    const { count } = request;
    this.#drawn ??= new Candidates(this.#axes, count);
    const drawn = this.#drawn;
    const good = this.#goodDensity(request);
    for (let c = 0; c < count; c++) good.draw(request.rng, drawn.codes, drawn.positions, c * d);
    drawn.fix(request.fixed);
    const bad = this.#logBad(request, sample, drawn.codes);
    good.logDensities(drawn.codes, drawn.scores);
    for (let c = 0; c < count; c++) drawn.scores[c] = (drawn.scores[c] as number) - (bad[c] as number);
    return drawn;
  }

  #goodDensity({ good, floor }: CandidateRequest): ParzenMixture {
    const width = floor(good.length);
    const known = this.#good;
    if (known !== null && known.floor === width && sameEntries(known.entries, good)) return known.density;
    const d = this.#axes.length;
    const codes = new Float64Array(good.length * d);
    good.forEach((entry, i) => {
      codes.set(entry.codes, i * d);
    });
    const { stepFloor, priorWeight } = this.#recipe;
    const density = new ParzenMixture(this.#axes, codes, { floor: width, stepFloor, priorWeight });
    this.#good = { entries: good, floor: width, density };
    return density;
  }

  /** log g at points given by their codes, row by row. */
  #logBad(request: CandidateRequest, sample: TrialSample, codes: Float64Array): Float64Array {
    const { weights, kernels } = this.#weights(request, sample);
    const d = this.#axes.length;
    const { pending, count } = request;
    this.#kernels.setFloor(request.floor(kernels), sample.size);
    for (let p = 0; (p + 1) * d <= pending.length; p++) this.#kernels.put(sample.size + p, pending, p * d);
    if (this.#bad.length !== count) {
      this.#priors = new Float64Array(count);
      this.#bad = new Float64Array(count);
    }
    for (let c = 0; c < count; c++) this.#priors[c] = logPriorDensity(this.#axes, codes, c * d);
    this.#kernels.logDensities(weights.length, weights, this.#priors, this.#recipe.priorWeight, codes, this.#bad);
    return this.#bad;
  }

  /** Weights by slot, 0 for good trials, followed by the weights of pending points, which count as the newest bad trials. */
  #weights(
    { good, total, pending }: CandidateRequest,
    sample: TrialSample,
  ): { readonly weights: Float64Array; readonly kernels: number } {
    const { size } = sample;
    const waiting = pending.length / this.#axes.length;
    const weights = this.#weightsFor(size + waiting)
      .fill(this.#recipe.pendingWeight, size)
      .fill(1, 0, size);
    let left = 0;
    for (const { age } of good) {
      const slot = sample.slot(age);
      if (slot < 0) continue;
      weights[slot] = 0;
      left++;
    }
    const bad = total - good.length + waiting;
    const kernels = size - left;
    if (size === total) fillAgeWeights(weights, size, bad);
    else {
      // The sample was drawn in proportion to the weights, so its members share the total weight equally.
      const each = Math.max(totalAgeWeight(bad) - waiting, 0) / kernels;
      for (let slot = 0; slot < size; slot++) if (weights[slot] !== 0) weights[slot] = each;
    }
    return { weights, kernels: kernels + waiting };
  }

  /** Scratch memory, overwritten by every proposal. */
  #weightsFor(length: number): Float64Array {
    if (length > this.#scratch.length) this.#scratch = new Float64Array(Math.ceil(length * 1.5));
    return this.#scratch.subarray(0, length);
  }
}

function kernelsOf(
  axes: readonly Axis[],
  { badKernels, stepFloor, precision }: TpeRecipe,
): FloorKernels | NeighbourKernels {
  return badKernels === 'floor'
    ? new FloorKernels(axes, stepFloor)
    : new NeighbourKernels(axes, { stepFloor, precision });
}
