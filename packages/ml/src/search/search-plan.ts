import type { DuplicatePolicy, Sampler, Space } from '@asktell/core';
import type { AnyStudy } from '../honest/outer-folds.ts';

/** What distinguishes the searches. */
export interface SearchPlan<P> {
  /** The space of a new study, or an open study. */
  readonly space: Space | AnyStudy;
  readonly sampler: Sampler | undefined;
  readonly duplicates?: DuplicatePolicy;
  /** Trials of the study in all. */
  readonly total: number;
  decode(params: object): P;
  /** The order of the candidates in the results. Default: by trial number. */
  position?(params: P): number;
}
