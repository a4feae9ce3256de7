import { type CompiledSpace, isActive, type ParamSpec, type TrialHistory } from '@asktell/core';
import { Block, type BlockOptions } from './block.ts';
import type { Standing } from './standing.ts';

/** One way through the branches of a space, and the joint model of everything that is active there but the choices of branches. */
export interface Leaf {
  readonly block: Block;
  /** Where the block's parameters stand in the space. */
  readonly indexes: readonly number[];
}

/**
 * The joint models of whole points of a conditional space, one for each way through its branches that trials have taken. Blocks
 * of single branches learn sooner; a leaf, once it has enough trials of its own, also knows how shared and branch-local
 * parameters go together.
 */
export class Leaves {
  readonly #space: CompiledSpace;
  readonly #objectives: number;
  readonly #options: BlockOptions;
  /** Parameters that decide about branches. */
  readonly #deciders: readonly number[];
  readonly #leaves: Map<string, Leaf>;

  constructor(space: CompiledSpace, objectives: number, options: BlockOptions, from?: Leaves) {
    this.#space = space;
    this.#objectives = objectives;
    this.#options = options;
    const deciders = new Set(space.params.flatMap(({ when }) => (when === null ? [] : [when.param])));
    this.#deciders = [...deciders].sort((a, b) => a - b);
    this.#leaves = new Map();
    if (from === undefined) return;
    for (const [key, leaf] of from.#leaves) this.#leaves.set(key, { ...leaf, block: leaf.block.clone() });
  }

  clone(): Leaves {
    return new Leaves(this.#space, this.#objectives, this.#options, this);
  }

  absorb(row: number, history: TrialHistory, standing: Standing): void {
    if (this.#deciders.length === 0) return;
    const x = this.#branchesOf(row, history);
    if (x === null) return;
    const key = this.#key(x);
    let leaf = this.#leaves.get(key);
    if (leaf === undefined) {
      leaf = this.#make(x);
      this.#leaves.set(key, leaf);
    }
    leaf.block.absorb(row, history, standing);
  }

  /** The leaf of a point whose branches are chosen. */
  find(x: Float64Array): Leaf | undefined {
    return this.#deciders.length === 0 ? undefined : this.#leaves.get(this.#key(x));
  }

  /** Of `rows` those on the same way through the branches as `x`. */
  beside(x: Float64Array, rows: Int32Array, history: TrialHistory): Int32Array {
    const key = this.#key(x);
    return rows.filter((row) => {
      const other = this.#branchesOf(row, history);
      return other !== null && this.#key(other) === key;
    });
  }

  /** Values of the deciding parameters of a row, all others NaN; `null` when an active one is missing. */
  #branchesOf(row: number, history: TrialHistory): Float64Array | null {
    const x = new Float64Array(this.#space.params.length).fill(Number.NaN);
    for (const i of this.#deciders) {
      if (!isActive(this.#space, i, x)) continue;
      const value = history.value(row, (this.#space.params[i] as ParamSpec).name);
      if (Number.isNaN(value)) return null;
      x[i] = value;
    }
    return x;
  }

  #key(x: Float64Array): string {
    return this.#deciders.map((i) => (Number.isNaN(x[i]) ? '' : x[i])).join('/');
  }

  #make(x: Float64Array): Leaf {
    const indexes = this.#space.params.flatMap((_, i) =>
      this.#deciders.includes(i) || !isActive(this.#space, i, x) ? [] : [i],
    );
    const params = indexes.map((i) => this.#space.params[i] as ParamSpec);
    return { block: new Block(params, this.#objectives, this.#options), indexes };
  }
}
