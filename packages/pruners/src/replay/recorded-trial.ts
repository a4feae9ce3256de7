import { AsktellError, type Direction, show, type TrialState } from '@asktell/core';

/** A trial with its reports: a `FrozenTrial`, or plain data. */
export interface RecordedTrial {
  readonly number: number;
  readonly state: TrialState;
  /** The value of a complete trial. */
  readonly value?: number | undefined;
  /** Reported values by step. */
  readonly intermediateValues: ReadonlyMap<number, number> | { readonly [step: string]: number };
  /** Whether all constraints are satisfied. Default: `true`. */
  readonly isFeasible?: boolean;
}

/** Options of `replayPruner` and `compareRules`. */
export interface PrunerReplayOptions {
  /** Direction of the objective. Default: `'minimize'`. */
  readonly direction?: Direction;
  /** Name of the study. The brackets of Hyperband depend on it. Default: empty. */
  readonly study?: string;
  /** Seed of the study, for pruners that draw random numbers. Default: 0. */
  readonly seed?: number;
}

/** The reports of a trial, ascending by step. */
export interface Reports {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** @throws AsktellError `invalid-argument` for reports whose steps are not whole numbers from 0 on */
export function reportsOf({ number, intermediateValues }: RecordedTrial): Reports {
  const entries =
    intermediateValues instanceof Map
      ? [...(intermediateValues as ReadonlyMap<number, number>)]
      : Object.entries(intermediateValues).map(([step, value]) => [Number(step), value] as const);
  const sorted = entries.sort(([a], [b]) => a - b);
  for (const [step, value] of sorted)
    if (!Number.isSafeInteger(step) || step < 0 || typeof value !== 'number')
      throw new AsktellError(
        'invalid-argument',
        `Trial ${number}: a report must be a number at a whole step from 0 on, not ${show(value)} at ${show(step)}.`,
      );
  return { steps: sorted.map(([step]) => step), values: sorted.map(([, value]) => value) };
}

/**
 * The trials that have ended, ascending by number.
 * @throws AsktellError `invalid-argument`
 */
export function endedTrials(trials: readonly RecordedTrial[]): readonly RecordedTrial[] {
  const ended = trials.filter(({ state }) => state === 'complete' || state === 'pruned' || state === 'fail');
  const sorted = [...ended].sort((a, b) => a.number - b.number);
  sorted.forEach(({ number, state, value }, i) => {
    if (!Number.isSafeInteger(number) || number < 0 || number === sorted[i - 1]?.number)
      throw new AsktellError(
        'invalid-argument',
        `The number of a trial must be a whole number from 0 on, and each trial must have its own, not ${show(number)}.`,
      );
    if (state === 'complete' && (typeof value !== 'number' || Number.isNaN(value)))
      throw new AsktellError(
        'invalid-argument',
        `Trial ${number} is complete, so its value must be a number, not ${show(value)}. Replays need studies of one objective.`,
      );
  });
  return sorted;
}
