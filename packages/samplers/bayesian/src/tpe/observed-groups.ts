import type { Distribution, TrialHistory } from '@asktell/core';
import { Block, type BlockOptions, type BlockParam } from './block.ts';
import type { Standing } from './standing.ts';

/**
 * Groups of parameters in define-by-run studies. Parameters that always occur together form a group and are modelled jointly. A
 * trial that has only part of a group splits it. Parameters of the joint model of the whole space are left out.
 * Source: the `group` option of Optuna's TPE.
 */
export class ObservedGroups {
  readonly #objectives: number;
  readonly #options: BlockOptions;
  /** Names of the parameters in the joint model of the whole space. */
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

  /** The group of a parameter. */
  find(name: string): Block | undefined {
    return this.#blocks.find(({ params }) => params.some((param) => param.name === name));
  }

  /** @param position index of the row in `history.finished` */
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

  /** Builds a block from all earlier trials. This cost occurs once per new combination of parameters. */
  #build(params: readonly BlockParam[], history: TrialHistory, position: number): Block {
    const block = new Block(params, this.#objectives, this.#options);
    const { finished } = history;
    for (let i = 0; i < position; i++) block.absorb(finished[i] as number, history);
    return block;
  }
}
