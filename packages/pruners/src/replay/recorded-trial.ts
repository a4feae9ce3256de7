import { AsktellError, type Direction, show, type TrialState } from '@asktell/core';

/** A trial with its reports: a `FrozenTrial`, or plain data. */
export interface RecordedTrial {
  readonly number: number;
  readonly state: TrialState;
  /** The value of a complete trial. */
  readonly value?: number | undefined;
  /** Reported values by step. */
  readonly intermediateValues: ReadonlyMap<number, number> | { readonly [step: string]: number };
  /** Reported values of named metrics, for pruners with a `metric`. The first one is the metric of `intermediateValues`. */
  readonly intermediateMetrics?: { readonly [metric: string]: RecordedTrial['intermediateValues'] };
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

/** What a trial has reported at one step. */
export interface RecordedStep {
  readonly step: number;
  /** The intermediate value. `undefined`: only other metrics were reported. */
  value: number | undefined;
  /** Named metrics. */
  readonly metrics: { [metric: string]: number };
}

/**
 * The reports of a trial, ascending by step.
 * @throws AsktellError `invalid-argument` for reports whose steps are not whole numbers from 0 on
 */
export function reportsOf({ number, intermediateValues, intermediateMetrics }: RecordedTrial): readonly RecordedStep[] {
  const steps = new Map<number, RecordedStep>();
  const at = (step: number): RecordedStep => {
    const known = steps.get(step) ?? { step, value: undefined, metrics: {} };
    steps.set(step, known);
    return known;
  };
  for (const [step, value] of entriesOf(number, intermediateValues)) at(step).value = value;
  for (const [metric, values] of Object.entries(intermediateMetrics ?? {}))
    for (const [step, value] of entriesOf(number, values)) at(step).metrics[metric] = value;
  return [...steps.values()].sort((a, b) => a.step - b.step);
}

function entriesOf(number: number, values: RecordedTrial['intermediateValues']): (readonly [number, number])[] {
  const entries =
    values instanceof Map
      ? [...(values as ReadonlyMap<number, number>)]
      : Object.entries(values).map(([step, value]) => [Number(step), value] as const);
  for (const [step, value] of entries)
    if (!Number.isSafeInteger(step) || step < 0 || typeof value !== 'number')
      throw new AsktellError(
        'invalid-argument',
        `Trial ${number}: a report must be a number at a whole step from 0 on, not ${show(value)} at ${show(step)}.`,
      );
  return entries;
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
