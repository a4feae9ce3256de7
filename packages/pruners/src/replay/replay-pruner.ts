import { type Direction, type Pruner, RecordStore, rngFor, type TrialRecord } from '@asktell/core';
import { isBetter } from '../rules/direction.ts';
import { requirePruner } from '../rules/require-pruner.ts';
import { endedTrials, type PrunerReplayOptions, type RecordedTrial, reportsOf } from './recorded-trial.ts';

/** A trial that a pruner would have stopped. */
export interface StoppedTrial {
  readonly trial: number;
  /** The step of its last report. */
  readonly step: number;
  /** How many reports it would have made, and how many it made. */
  readonly reports: number;
  readonly of: number;
}

/** What a pruner would have done to a study. */
export interface PrunerReplay {
  readonly stopped: readonly StoppedTrial[];
  /** Reports that would have been made. */
  readonly steps: number;
  /** Reports that were made. */
  readonly allSteps: number;
  /** Share of the reports that would have been saved, from 0 to 1. */
  readonly saved: number;
  /** The best trial of the study: complete and feasible. `undefined` when there is none. */
  readonly winner: number | undefined;
  /** Whether the winner would have run to its end. `undefined` without a winner. */
  readonly winnerSurvives: boolean | undefined;
  /**
   * How much worse the best of the trials that would have run to their end is than the winner. Infinite when there is
   * none.
   */
  readonly regret: number;
}

/** The trials that have been replayed so far. They ran one after the other, so no other one is running. */
class ReplayedTrials extends RecordStore {
  readonly #none = new Int32Array(0);

  override get running(): Int32Array {
    return this.#none;
  }
}

/**
 * What a pruner would have done to the trials of a study: which ones it would have stopped and where, and whether the
 * best one would have survived. Nothing is trained or evaluated again.
 *
 * Trials are replayed one at a time, ordered by number, even if they ran concurrently. What a trial would have reported
 * after its recorded end is unknown: a trial that was pruned or failed ends there again. Samplers would have proposed
 * other points after other reports, which a replay cannot know. Attributes that a pruner left in the study are not
 * used.
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
    let reports = 0;
    let prune = false;
    while (reports < all.steps.length && !prune) {
      const step = all.steps[reports] as number;
      history.setReport(number, step, all.values[reports] as number);
      reports++;
      const rng = (purpose: string) => rngFor(seed, number, `prune ${step} ${purpose}`);
      const decision = pruner.decide(state, { study, number, step, history, rng });
      for (const [key, value] of Object.entries(decision.attrs ?? {})) history.setAttr(number, 'system', key, value);
      prune = decision.prune;
    }
    steps += reports;
    allSteps += all.steps.length;
    if (prune) stopped.push({ trial: number, step: all.steps[reports - 1] as number, reports, of: all.steps.length });
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

/** A trial when it has just begun. */
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
