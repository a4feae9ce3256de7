import type { Scalar, TrialHistory } from '@asktell/core';
import type { CheckedStage } from './options.ts';
import { narrowed, type Region } from './region.ts';
import { StageTracker } from './tracker.ts';

/** A region that a study searches or has searched. */
export interface SearchRegion {
  /** Number of the stage, from 1. */
  readonly stage: number;
  /** Number of finished trials, without those of lost workers, when the search of this region began. */
  readonly trials: number;
  /** Numbers of the trials that it surrounds, the best first. */
  readonly around: readonly number[];
  /** What is left of each parameter, by flat name: bounds that are included, or choices. Others are not narrowed. */
  readonly params: {
    readonly [name: string]: { readonly low: number; readonly high: number } | { readonly choices: readonly Scalar[] };
  };
}

/** The regions of a study: the fold of the sampler over its finished trials again. */
export function reportedRegions(history: TrialHistory, stages: readonly CheckedStage[]): readonly SearchRegion[] {
  const tracker = new StageTracker(stages);
  const regions: SearchRegion[] = [];
  for (const row of history.finished) {
    if (!tracker.absorb(row, history) || tracker.region === null) continue;
    regions.push(reported(tracker.stage, tracker.rows.length, tracker.region));
  }
  return regions;
}

function reported(stage: number, trials: number, { sides, best }: Region): SearchRegion {
  const params = Object.fromEntries(
    Array.from(sides, ([name, side]) => {
      const dist = narrowed(side);
      return [name, dist.kind === 'categorical' ? { choices: dist.choices } : { low: dist.low, high: dist.high }];
    }),
  );
  return { stage: stage + 1, trials, around: best, params };
}
