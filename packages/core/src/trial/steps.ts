import { type Checks, check, checkOptions } from '../checks/checks.ts';
import { AsktellError, TrialPruned } from '../errors.ts';
import { nextTurn, now, type Signal, turnMs } from '../platform.ts';
import type { MetricValues, ReportOptions } from './measurement-checks.ts';

/** Options of `trial.steps`. */
export interface StepsOptions {
  /** The first step. Whole number, 0 or more. Default 1. */
  readonly from?: number;
  /** The last step. Default: no end. */
  readonly to?: number;
}

const stepsChecks: Checks<StepsOptions> = {
  from: check.count(0),
  to: (value) => (value === Number.POSITIVE_INFINITY ? null : check.count(0)(value)),
};

/** One step of a trial: an epoch, a fold, a round. */
export interface TrialStep<M extends string = string> {
  /** The step: `from`, `from + 1`, … */
  readonly number: number;
  /** That of the trial. Pass it to work that can be cancelled. */
  readonly signal: Signal;
  /**
   * Stores what the step has measured, as `trial.report` does, and the decision of the pruner, in one write. Need not be
   * awaited: the next step waits for it.
   * @throws AsktellError as `trial.report` and `trial.shouldPrune`
   */
  report(value: number | MetricValues<M>, options?: ReportOptions): Promise<void>;
}

/** A trial that runs step by step. */
export interface SteppedTrial<M extends string> {
  readonly signal: Signal;
  readonly isPruned: boolean;
  /** Why the signal is aborted. */
  readonly cancellation: unknown;
  /** Whether a pruned trial ends by `TrialPruned`. */
  readonly throwsWhenPruned: boolean;
  reportStep(value: number | MetricValues<M>, step: number, options: ReportOptions | undefined): Promise<void>;
}

/**
 * The implementation of `trial.steps`.
 * @throws AsktellError `invalid-argument`
 */
export function trialSteps<M extends string>(
  trial: SteppedTrial<M>,
  options: StepsOptions,
): AsyncGenerator<TrialStep<M>, void, undefined> {
  if (typeof options === 'number')
    throw new AsktellError('invalid-argument', `steps: pass the last step by name: steps({ to: ${options} }).`);
  checkOptions('steps', options, stepsChecks);
  return stepsOf(trial, options);
}

async function* stepsOf<M extends string>(
  trial: SteppedTrial<M>,
  { from = 1, to = Number.POSITIVE_INFINITY }: StepsOptions,
): AsyncGenerator<TrialStep<M>, void, undefined> {
  let lastTurn = now();
  for (let number = from; number <= to && !isEnded(trial); number++) {
    let reported: Promise<void> | undefined;
    try {
      yield {
        number,
        get signal() {
          return trial.signal;
        },
        report(value, reportOptions) {
          reported = trial.reportStep(value, number, reportOptions);
          return reported;
        },
      };
    } finally {
      await reported;
    }
    // A loop that awaits only microtasks would block the event loop.
    if (now() - lastTurn <= turnMs) continue;
    await nextTurn();
    lastTurn = now();
  }
  isEnded(trial);
}

/** @throws TrialPruned, and the reason of the signal if the trial was cancelled */
function isEnded(trial: SteppedTrial<never>): boolean {
  const { isPruned, cancellation } = trial;
  if (isPruned && trial.throwsWhenPruned) throw new TrialPruned();
  if (cancellation !== null && !isPruned) throw trial.signal.reason;
  return isPruned;
}
