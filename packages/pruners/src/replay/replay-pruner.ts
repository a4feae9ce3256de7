import { type Direction, keys, type Pruner, RecordStore, rngFor, type TrialRecord } from '@asktell/core';
import { isBetter } from '../rules/direction.ts';
import { requirePruner } from '../rules/require-pruner.ts';
import {
  endedTrials,
  type PrunerReplayOptions,
  type RecordedStep,
  type RecordedTrial,
  reportsOf,
} from './recorded-trial.ts';

/** A trial that a pruner would have pruned. */
export interface StoppedTrial {
  readonly trial: number;
  /** The step of its last report. */
  readonly step: number;
  /** Number of reports up to that step, and number of recorded reports. */
  readonly reports: number;
  readonly of: number;
}

/** Result of {@link replayPruner}. */
export interface PrunerReplay {
  readonly stopped: readonly StoppedTrial[];
  /** Number of reports with the pruner. */
  readonly steps: number;
  /** Number of recorded reports. */
  readonly allSteps: number;
  /** Share of the recorded reports that the pruner saves, from 0 to 1. */
  readonly saved: number;
  /** Number of the best complete and feasible trial, or `undefined` if the study has none. */
  readonly winner: number | undefined;
  /** Whether the winner is not pruned. `undefined` without a winner. */
  readonly winnerSurvives: boolean | undefined;
  /**
   * Difference between the values of the winner and of the best trial that is not pruned, 0 or more. Infinite if all
   * complete trials are pruned.
   */
  readonly regret: number;
}

/** The trials that have been replayed so far. They are replayed one after the other, so no other trial is running. */
class ReplayedTrials extends RecordStore {
  readonly #none = new Int32Array(0);

  override get running(): Int32Array {
    return this.#none;
  }
}

/**
 * Replays a pruner on the recorded reports of a study: which trials it would have pruned and where, and whether the
 * best trial would have survived. Nothing is trained or evaluated again.
 *
 * Trials are replayed one at a time, ordered by number, even if they ran concurrently. A trial that was pruned or
 * failed ends where it ended, because its further reports are unknown. The replay does not model that a sampler would
 * have proposed other points. It ignores attributes that another pruner has stored.
 *
 * @throws AsktellError `invalid-argument` for trials that are not recorded as described, and what the pruner throws
 * @example
 * const { saved, winnerSurvives } = replayPruner(await study.trials(), new SuccessiveHalvingPruner());
 */
export function replayPruner(
  trials: readonly RecordedTrial[],
  pruner: Pruner,
  options: PrunerReplayOptions = {},
): PrunerReplay {
  requirePruner('replayPruner: the pruner', pruner);
  const { direction = 'minimize', study = '', seed = 0 } = options;
  const ended = endedTrials(trials);
  const history = new ReplayedTrials([direction]);
  const foldContext = { study, history };
  const state = pruner.fold?.init(foldContext);
  const stopped: StoppedTrial[] = [];
  const survivors: RecordedTrial[] = [];
  let [steps, allSteps] = [0, 0];
  ended.forEach((trial, i) => {
    const { number } = trial;
    const all = reportsOf(trial);
    const begun = recordOf(trial, 2 * i);
    history.put(begun);
    history.metrics.main ??= Object.keys(trial.intermediateMetrics ?? {})[0] ?? null;
    let reports = 0;
    let prune = false;
    while (reports < all.length && !prune) {
      const { step, value, metrics } = all[reports] as RecordedStep;
      if (value !== undefined) history.setReport(number, step, value);
      history.setAttr(number, 'system', keys.reportPrefix + step, metrics);
      reports++;
      const rng = (purpose: string) => rngFor(seed, number, `prune ${step} ${purpose}`);
      const decision = pruner.decide(state, { study, number, step, history, rng });
      for (const [key, value] of Object.entries(decision.attrs ?? {})) history.setAttr(number, 'system', key, value);
      prune = decision.prune;
    }
    steps += reports;
    allSteps += all.length;
    const { step } = all[reports - 1] ?? { step: -1 };
    if (prune) stopped.push({ trial: number, step, reports, of: all.length });
    else if (trial.state === 'complete' && trial.isFeasible !== false) survivors.push(trial);
    history.put(endOf(history.record(number), trial, prune, 2 * i + 1));
    pruner.fold?.absorb(state, number, foldContext);
  });
  return {
    stopped,
    steps,
    allSteps,
    saved: allSteps === 0 ? 0 : 1 - steps / allSteps,
    ...verdict(ended, survivors, direction),
  };
}

/** A trial at its start. */
function recordOf({ number, isFeasible }: RecordedTrial, startedAt: number): TrialRecord {
  return {
    number,
    state: 'running',
    names: [],
    dists: [],
    x: [],
    values: null,
    reports: null,
    userAttrs: null,
    systemAttrs: isFeasible === false ? new Map([['constraints', [1]]]) : null,
    startedAt,
    finishedAt: null,
  };
}

function endOf(running: TrialRecord, { state, value }: RecordedTrial, prune: boolean, finishedAt: number): TrialRecord {
  const isComplete = !prune && state === 'complete';
  return { ...running, state: prune ? 'pruned' : state, values: isComplete ? [value as number] : null, finishedAt };
}

function verdict(
  ended: readonly RecordedTrial[],
  survivors: readonly RecordedTrial[],
  direction: Direction,
): Pick<PrunerReplay, 'winner' | 'winnerSurvives' | 'regret'> {
  const best = (trials: readonly RecordedTrial[]): RecordedTrial | undefined =>
    trials.reduce<RecordedTrial | undefined>(
      (a, b) => (a === undefined || isBetter(b.value as number, a.value as number, direction) ? b : a),
      undefined,
    );
  const winner = best(ended.filter(({ state, isFeasible }) => state === 'complete' && isFeasible !== false));
  if (winner === undefined) return { winner: undefined, winnerSurvives: undefined, regret: 0 };
  const left = best(survivors);
  const regret =
    left === undefined ? Number.POSITIVE_INFINITY : Math.abs((left.value as number) - (winner.value as number));
  return {
    winner: winner.number,
    winnerSurvives: survivors.includes(winner),
    regret: left?.value === winner.value ? 0 : regret,
  };
}
