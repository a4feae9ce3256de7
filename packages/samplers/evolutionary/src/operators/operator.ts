import type { Rng } from '@asktell/core';
import type { Genes } from './genes.ts';

/** Makes one child out of several parents. */
export interface Crossover {
  readonly name: string;
  /** How many parents {@link cross} takes. */
  readonly parents: number;
  /** Plain data that makes the same operator again. */
  readonly config: CrossoverConfig;
  /**
   * Writes the child: numeric genes that all parents have are combined; of the others the child takes those of a random
   * parent that has them, NaN where none has.
   * @param parents genomes of the unit cube, `this.parents` of them, each of `genes.size`; not changed
   * @param child of `genes.size`, overwritten; none of the parents
   */
  cross(parents: readonly Float64Array[], genes: Genes, rng: Rng, child: Float64Array): void;
}

/** Changes a few genes of a child in place; inactive (NaN) and constant genes stay. Categorical genes get another choice. */
export interface Mutation {
  readonly name: string;
  readonly config: MutationConfig;
  mutate(child: Float64Array, genes: Genes, rng: Rng): void;
}

/** Candidates for parenthood, best first. */
export interface Candidates {
  readonly size: number;
  /** Order of merit, never falling along the list; equal = equally good. */
  readonly rank: ArrayLike<number>;
  /** Loss, lower is better; Infinity for candidates without a comparable one. Only roulette reads it. */
  readonly loss: ArrayLike<number>;
}

/** Chooses parents. */
export interface Selection {
  readonly name: string;
  readonly config: SelectionConfig;
  /** The position of one parent. `candidates.size` is 1 at least. */
  select(candidates: Candidates, rng: Rng): number;
}

/** Crossovers as plain data. */
export type CrossoverConfig =
  | { readonly kind: 'uniform' }
  | { readonly kind: 'blx'; readonly alpha: number }
  | { readonly kind: 'sbx'; readonly eta: number }
  | { readonly kind: 'vsbx'; readonly eta: number }
  | { readonly kind: 'spx'; readonly epsilon: number }
  | { readonly kind: 'undx'; readonly sigmaXi: number; readonly sigmaEta: number };

/** Mutations as plain data. `rate`: the probability per gene, `null` = 1 / number of active genes. */
export type MutationConfig =
  | { readonly kind: 'polynomial'; readonly eta: number; readonly rate: number | null }
  | { readonly kind: 'gaussian'; readonly sigma: number; readonly rate: number | null }
  | { readonly kind: 'reset'; readonly rate: number | null };

/** Selections as plain data. */
export type SelectionConfig =
  | { readonly kind: 'tournament'; readonly size: number }
  | { readonly kind: 'rank'; readonly pressure: number }
  | { readonly kind: 'roulette' };
