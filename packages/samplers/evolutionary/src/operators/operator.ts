import type { Rng } from '@asktell/core';
import type { Genes } from './genes.ts';

/** Combines several parents into one child. */
export interface Crossover {
  readonly name: string;
  /** Number of parents of {@link cross}. */
  readonly parents: number;
  /** Plain data that recreates the operator. */
  readonly config: CrossoverConfig;
  /**
   * Writes the child. Combines the numeric genes that are active in all parents. Each other gene comes from a random parent
   * that has it, or is NaN if none has it.
   * @param parents `this.parents` genomes of `genes.size` numbers each, read-only
   * @param child `genes.size` numbers, overwritten; must not be one of the parents
   */
  cross(parents: readonly Float64Array[], genes: Genes, rng: Rng, child: Float64Array): void;
}

/** Changes some genes of a child in place. Categorical genes get another choice. Inactive (NaN) and constant genes stay. */
export interface Mutation {
  readonly name: string;
  readonly config: MutationConfig;
  mutate(child: Float64Array, genes: Genes, rng: Rng): void;
}

/** The candidates of a selection, best first. */
export interface Candidates {
  readonly size: number;
  /** Ranks in ascending order. Equally good candidates have the same rank. */
  readonly rank: ArrayLike<number>;
  /** Losses, lower is better. Infinity for candidates without a comparable loss. Used by roulette selection only. */
  readonly loss: ArrayLike<number>;
}

/** Selects parents. */
export interface Selection {
  readonly name: string;
  readonly config: SelectionConfig;
  /** Selects the position of one parent. `candidates.size` is at least 1. */
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

/** Mutations as plain data. `rate` is the probability per gene, `null` = 1 / number of mutable genes. */
export type MutationConfig =
  | { readonly kind: 'polynomial'; readonly eta: number; readonly rate: number | null }
  | { readonly kind: 'gaussian'; readonly sigma: number; readonly rate: number | null }
  | { readonly kind: 'reset'; readonly rate: number | null };

/** Selections as plain data. */
export type SelectionConfig =
  | { readonly kind: 'tournament'; readonly size: number }
  | { readonly kind: 'rank'; readonly pressure: number }
  | { readonly kind: 'roulette' };
