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

/** Parameters with more values count as continuous. */
const maxFiniteValues = 1e6;

/**
 * Maps a search space to genomes. A genome has one gene per parameter in the order of `space.params`, on the unit scale of
 * {@link toUnit}: log ranges are scaled by the logarithm, and the values of a finite parameter are at the centres of intervals
 * of equal width. Genes of inactive parameters are NaN.
 */
export class GenomeSpace implements Genes {
  readonly space: CompiledSpace;
  readonly size: number;
  readonly kind: Uint8Array;
  /** Whether the space has conditional parameters. */
  readonly isConditional: boolean;
  /** Whether every parameter has at most a million values. */
  readonly isFinite: boolean;
  /** Whether some parameter has at most a million values. Children then often repeat points. */
  readonly hasFiniteParam: boolean;
  readonly #dists: readonly Distribution[];

  constructor(space: CompiledSpace) {
    this.space = space;
    this.size = space.params.length;
    this.#dists = space.params.map(({ dist }) => dist);
    this.kind = Uint8Array.from(this.#dists, (dist) =>
      isSingle(dist) ? constant : dist.kind === 'categorical' ? categorical : numeric,
    );
    this.isFinite = this.#dists.every((dist) => cardinality(dist) <= maxFiniteValues);
    this.hasFiniteParam = this.#dists.some((dist) => cardinality(dist) <= maxFiniteValues);
    this.isConditional = space.params.some(({ when }) => when !== null);
  }

  /**
   * The genome of a finished trial. Values of inactive parameters are ignored.
   * @returns `null` if an active parameter is missing or outside its range
   */
  read(row: number, history: TrialHistory): Float64Array | null {
    const x = new Float64Array(this.size);
    for (let i = 0; i < this.size; i++) {
      x[i] = history.value(row, (this.space.params[i] as ParamSpec).name);
    }
    return this.encode(x, x) ? x : null;
  }

  /**
   * Converts internal values to genes.
   * @param out may be `x` itself
   * @returns whether `x` is a point of the space; if not, the content of `out` is undefined
   */
  encode(x: ArrayLike<number>, out: Float64Array): boolean {
    // Conditional parameters follow their parents, so their activity depends only on genes that are already written.
    for (let i = 0; i < this.size; i++) {
      const value = x[i] as number;
      const dist = this.#dists[i] as Distribution;
      if (this.isConditional && !this.isActiveIn(i, out)) out[i] = Number.NaN;
      else if (containsInternal(dist, value)) out[i] = toUnit(dist, value);
      else return false;
    }
    return true;
  }

  /** Converts genes to internal values. NaN stays NaN. */
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
    const parent = genome[when.param] as number;
    if (Number.isNaN(parent)) return false;
    return fromUnit(this.#dists[when.param] as Distribution, parent) === when.choice;
  }

  /**
   * Completes a genome: sets fixed values, sets inactive genes to NaN, and draws active genes that are NaN uniformly.
   * @param fixed internal values by parameter, NaN = free
   */
  complete(genome: Float64Array, fixed: ArrayLike<number>, rng: Rng): void {
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
    // A range can have more values than the unit scale can distinguish.
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
