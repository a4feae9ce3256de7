import type { CompiledSpace, ParamSpec, TrialHistory } from '@asktell/core';
import { Block, type BlockOptions } from './block.ts';
import { Leaves } from './leaves.ts';
import { ObservedGroups } from './observed-groups.ts';
import { standingOf } from './standing.ts';

/** The block of one branch. */
export interface Branch {
  /** Condition under which the branch is active; `null` = always. */
  readonly when: ParamSpec['when'];
  readonly block: Block;
  /** Indices of the block's parameters in the space. */
  readonly indexes: readonly number[];
}

/** State of the sampler for one space: a block for the always active parameters and one per branch, parents first. */
export class SpaceTree {
  readonly branches: readonly Branch[];
  readonly leaves: Leaves;
  /** Models of parameters outside the space; `null` unless the study is define-by-run. */
  readonly groups: ObservedGroups | null;
  readonly #space: CompiledSpace;
  readonly #objectives: number;
  readonly options: BlockOptions;
  /** Number of absorbed rows. */
  #position = 0;
  /** Number of informative absorbed rows. */
  #done = 0;

  constructor(space: CompiledSpace, objectives: number, options: BlockOptions, from?: SpaceTree) {
    this.#space = space;
    this.#objectives = objectives;
    this.options = options;
    this.branches =
      from?.branches.map((branch) => ({ ...branch, block: branch.block.clone() })) ??
      branchesOf(space, objectives, options);
    this.leaves = from?.leaves.clone() ?? new Leaves(space, objectives, options);
    const covered = new Set(space.params.map(({ name }) => name));
    this.groups =
      space.origin === 'declared' ? null : (from?.groups?.clone() ?? new ObservedGroups(covered, objectives, options));
    if (from === undefined) return;
    this.#position = from.#position;
    this.#done = from.#done;
  }

  /** Number of informative finished trials: all except lost ones. */
  get done(): number {
    return this.#done;
  }

  absorb(row: number, history: TrialHistory): void {
    const standing = standingOf(row, history);
    if (standing !== null) {
      this.#done++;
      for (const { block } of this.branches) block.absorb(row, history, standing);
      this.leaves.absorb(row, history, standing);
      this.groups?.absorb(row, history, this.#position, standing);
    }
    this.#position++;
  }

  clone(): SpaceTree {
    return new SpaceTree(this.#space, this.#objectives, this.options, this);
  }
}

function branchesOf(space: CompiledSpace, objectives: number, options: BlockOptions): Branch[] {
  const keyed = new Map<string, number[]>();
  space.params.forEach(({ when }, i) => {
    const key = when === null ? '' : `${when.param}/${when.choice}`;
    const indexes = keyed.get(key);
    if (indexes === undefined) keyed.set(key, [i]);
    else indexes.push(i);
  });
  return [...keyed.values()].map((indexes) => ({
    when: (space.params[indexes[0] as number] as ParamSpec).when,
    block: new Block(
      indexes.map((i) => space.params[i] as ParamSpec),
      objectives,
      options,
    ),
    indexes,
  }));
}
