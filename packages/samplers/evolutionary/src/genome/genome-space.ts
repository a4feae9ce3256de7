import {
  type CompiledSpace,
  cardinality,
  containsInternal,
  type Distribution,
  fromUnit,
  isSingle,
  nthInternal,
  type ParamSpec,
  type Rng,
  type TrialHistory,
  toUnit,
} from '@asktell/core';
import { categorical, constant, type Genes, numeric } from '../operators/genes.ts';

/** A parameter of more values counts as continuous. */
const mostValues = 1e6;

/**
 * A search space as genomes: one gene per parameter in the order of `space.params`, on the unit scale of core's
 * {@link toUnit} (logarithmic ranges on their logarithm; finite ones and choices at the middle of each value's equal share),
 * NaN where the parameter is inactive.
 */
export class GenomeSpace implements Genes {
  readonly space: CompiledSpace;
  readonly size: number;
  readonly kind: Uint8Array;
  /** Whether some parameters are active in some genomes only. */
  readonly isConditional: boolean;
  /** Whether there are finitely many points, few enough to meet one twice. */
  readonly isFinite: boolean;
  /** Whether some parameter has few values: then a child is often what another was before. */
  readonly hasValues: boolean;
  readonly #dists: readonly Distribution[];

  constructor(space: CompiledSpace) {
    this.space = space;
    this.size = space.params.length;
    this.#dists = space.params.map(({ dist }) => dist);
    this.kind = Uint8Array.from(this.#dists, (dist) =>
      isSingle(dist) ? constant : dist.kind === 'categorical' ? categorical : numeric,
    );
    this.isFinite = this.#dists.every((dist) => cardinality(dist) <= mostValues);
    this.hasValues = this.#dists.some((dist) => cardinality(dist) <= mostValues);
    this.isConditional = space.params.some(({ when }) => when !== null);
  }

  /**
   * The genome of a finished trial, `null` when it is no point of this space: an active parameter is missing or outside its
   * range. Values of inactive parameters are ignored.
   */
  read(row: number, history: TrialHistory): Float64Array | null {
    const x = new Float64Array(this.size);
    for (let i = 0; i < this.size; i++) {
      x[i] = history.value(row, (this.space.params[i] as ParamSpec).name);
    }
    return this.encode(x, x) ? x : null;
  }

  /**
   * Internal values to genes; `out` may be `x` itself.
   * @returns whether `x` is a point of the space; else `out` holds nothing of use
   */
  encode(x: ArrayLike<number>, out: Float64Array): boolean {
    // Genes of parents are written before their children are looked at, so activity is read from the genes.
    for (let i = 0; i < this.size; i++) {
      const value = x[i] as number;
      const dist = this.#dists[i] as Distribution;
      if (this.isConditional && !this.isActiveIn(i, out)) out[i] = Number.NaN;
      else if (containsInternal(dist, value)) out[i] = toUnit(dist, value);
      else return false;
    }
    return true;
  }

  /** Genes to internal values, NaN stays NaN. */
  decode(genome: Float64Array, out: Float64Array): Float64Array {
    for (let i = 0; i < this.size; i++) {
      const gene = genome[i] as number;
      out[i] = Number.isNaN(gene) ? gene : fromUnit(this.#dists[i] as Distribution, gene);
    }
    return out;
  }

  /** Whether gene `i` is active, given the genes of its ancestors. */
  isActiveIn(i: number, genome: Float64Array): boolean {
    const { when } = this.space.params[i] as ParamSpec;
    if (when === null) return true;
    const decider = genome[when.param] as number;
    if (Number.isNaN(decider)) return false;
    return fromUnit(this.#dists[when.param] as Distribution, decider) === when.choice;
  }

  /**
   * Makes a genome whole, parents before children: what is fixed is set, genes of branches that it does not have become NaN,
   * active genes that are NaN are drawn uniformly.
   * @param fixed internal values by parameter, NaN = free
   */
  settle(genome: Float64Array, fixed: ArrayLike<number>, rng: Rng): void {
    for (let i = 0; i < this.size; i++) {
      const value = fixed[i] as number;
      if (this.isConditional && !this.isActiveIn(i, genome)) genome[i] = Number.NaN;
      else if (!Number.isNaN(value)) genome[i] = toUnit(this.#dists[i] as Distribution, value);
      else if (Number.isNaN(genome[i])) genome[i] = rng.float();
    }
  }

  moved(i: number, from: number, to: number): number {
    const dist = this.#dists[i] as Distribution;
    if (dist.kind === 'categorical' || dist.step === null || dist.low === dist.high) return to;
    const value = fromUnit(dist, from);
    if (fromUnit(dist, to) !== value) return to;
    const last = cardinality(dist) - 1;
    const k = Math.round((value - dist.low) / dist.step);
    const up = k === 0 || (to > from && k < last);
    const neighbour = toUnit(dist, nthInternal(dist, up ? k + 1 : k - 1));
    // Ranges with more values than the unit scale can tell apart.
    return fromUnit(dist, neighbour) === value ? to : neighbour;
  }

  otherChoice(i: number, from: number, u: number): number {
    const dist = this.#dists[i] as Distribution;
    if (dist.kind !== 'categorical') return from;
    const now = fromUnit(dist, from);
    const k = Math.min(dist.choices.length - 2, Math.floor(u * (dist.choices.length - 1)));
    return toUnit(dist, k < now ? k : k + 1);
  }
}
