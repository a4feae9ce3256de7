import { type CompiledSpace, isActive, type ParamSpec, type TrialHistory } from '@asktell/core';
import { Block, type BlockOptions } from './block.ts';
import type { Standing } from './standing.ts';

/** Joint model of all parameters that are active on one path through the branches, except those that select branches. */
export interface Leaf {
  readonly block: Block;
  /** Indices of the block's parameters in the space. */
  readonly indexes: readonly number[];
}

/**
 * Joint models of complete points of a conditional space, one per path through its branches that a trial has taken. The blocks of
 * single branches need fewer trials. A leaf also models how shared and branch-local parameters interact.
 */
export class Leaves {
  readonly #space: CompiledSpace;
  readonly #objectives: number;
  readonly #options: BlockOptions;
  /** Indices of the parameters that select branches. */
  readonly #selectors: readonly number[];
  readonly #leaves: Map<string, Leaf>;

  constructor(space: CompiledSpace, objectives: number, options: BlockOptions, from?: Leaves) {
    this.#space = space;
    this.#objectives = objectives;
    this.#options = options;
    const selectors = new Set(space.params.flatMap(({ when }) => (when === null ? [] : [when.param])));
    this.#selectors = [...selectors].sort((a, b) => a - b);
    this.#leaves = new Map();
    if (from === undefined) return;
    for (const [key, leaf] of from.#leaves) this.#leaves.set(key, { ...leaf, block: leaf.block.clone() });
  }

  clone(): Leaves {
    return new Leaves(this.#space, this.#objectives, this.#options, this);
  }

  absorb(row: number, history: TrialHistory, standing: Standing): void {
    if (this.#selectors.length === 0) return;
    const x = this.#selectorValues(row, history);
    if (x === null) return;
    const key = this.#key(x);
    let leaf = this.#leaves.get(key);
    if (leaf === undefined) {
      leaf = this.#createLeaf(x);
      this.#leaves.set(key, leaf);
    }
    leaf.block.absorb(row, history, standing);
  }

  /** The leaf of a point whose branch-selecting parameters are set. */
  find(x: Float64Array): Leaf | undefined {
    return this.#selectors.length === 0 ? undefined : this.#leaves.get(this.#key(x));
  }

  /** The subset of `rows` on the same path through the branches as `x`. */
  onSamePath(x: Float64Array, rows: Int32Array, history: TrialHistory): Int32Array {
    const key = this.#key(x);
    return rows.filter((row) => {
      const other = this.#selectorValues(row, history);
      return other !== null && this.#key(other) === key;
    });
  }

  /** Values of the branch-selecting parameters of a row, NaN for all others. `null` if an active one is missing. */
  #selectorValues(row: number, history: TrialHistory): Float64Array | null {
    const x = new Float64Array(this.#space.params.length).fill(Number.NaN);
    for (const i of this.#selectors) {
      if (!isActive(this.#space, i, x)) continue;
      const value = history.value(row, (this.#space.params[i] as ParamSpec).name);
      if (Number.isNaN(value)) return null;
      x[i] = value;
    }
    return x;
  }

  #key(x: Float64Array): string {
    return this.#selectors.map((i) => (Number.isNaN(x[i]) ? '' : x[i])).join('/');
  }

  #createLeaf(x: Float64Array): Leaf {
    const indexes = this.#space.params.flatMap((_, i) =>
      this.#selectors.includes(i) || !isActive(this.#space, i, x) ? [] : [i],
    );
    const params = indexes.map((i) => this.#space.params[i] as ParamSpec);
    return { block: new Block(params, this.#objectives, this.#options), indexes };
  }
}
