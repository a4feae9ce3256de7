import type { Distribution, TrialHistory } from '@asktell/core';
import { Block, type BlockOptions, type BlockParam } from './block.ts';
import type { Standing } from './standing.ts';

/**
 * Parameters of a define-by-run study that not every trial has, in sets that always come together: each set is modelled jointly.
 * A trial that has only a part of a set splits it. Source: the `group` option of Optuna's TPE.
 */
export class ObservedGroups {
  readonly #objectives: number;
  readonly #options: BlockOptions;
  /** Names that the joint model of the whole space covers. */
  readonly #covered: ReadonlySet<string>;
  #blocks: readonly Block[];

  constructor(covered: ReadonlySet<string>, objectives: number, options: BlockOptions, blocks: readonly Block[] = []) {
    this.#covered = covered;
    this.#objectives = objectives;
    this.#options = options;
    this.#blocks = blocks;
  }

  clone(): ObservedGroups {
    const blocks = this.#blocks.map((block) => block.clone());
    return new ObservedGroups(this.#covered, this.#objectives, this.#options, blocks);
  }

  /** The group that a parameter belongs to. */
  find(name: string): Block | undefined {
    return this.#blocks.find(({ params }) => params.some((param) => param.name === name));
  }

  /** @param position how many rows of `history.finished` come before this one */
  absorb(row: number, history: TrialHistory, position: number, standing: Standing | null): void {
    if (standing !== null && standing.group !== 'failed') this.#refine(row, history, position);
    for (const block of this.#blocks) block.absorb(row, history, standing);
  }

  #refine(row: number, history: TrialHistory, position: number): void {
    const { names, dists } = history.params(row);
    const missing = new Set(names.filter((name) => !this.#covered.has(name)));
    let changed = false;
    const blocks = this.#blocks.flatMap((block) => {
      const inside = block.params.filter(({ name }) => missing.delete(name));
      if (inside.length === 0 || inside.length === block.params.length) return [block];
      changed = true;
      const outside = block.params.filter((param) => !inside.includes(param));
      return [this.#build(inside, history, position), this.#build(outside, history, position)];
    });
    if (missing.size > 0) {
      changed = true;
      const params = [...missing].map((name) => ({ name, dist: dists[names.indexOf(name)] as Distribution }));
      blocks.push(this.#build(params, history, position));
    }
    if (changed) this.#blocks = blocks;
  }

  /** Happens once for each new pattern of parameters, so it may look at all trials. */
  #build(params: readonly BlockParam[], history: TrialHistory, position: number): Block {
    const block = new Block(params, this.#objectives, this.#options);
    const { finished } = history;
    for (let i = 0; i < position; i++) block.absorb(finished[i] as number, history);
    return block;
  }
}
