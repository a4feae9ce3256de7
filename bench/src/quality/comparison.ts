import type { ComparisonRow } from './compare.ts';
import type { KeptHeader } from './kept.ts';

/** All problems, one sampler against one other. */
export interface Comparison {
  readonly ours: string;
  readonly theirs: string;
  readonly rows: readonly ComparisonRow[];
  /** Problems that were left out, and why. */
  readonly skipped: readonly string[];
  /** How many of their runs came from the cache, and from those in the repository. */
  readonly cached: number;
  readonly kept: number;
  readonly runs: number;
  /** How the kept runs were made, where there are any. */
  readonly keptFrom: KeptHeader | null;
}
