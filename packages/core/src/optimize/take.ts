import { askTrials } from '../ask-tell/ask.ts';
import { noticeNothingToRun } from '../ask-tell/no-more-trials.ts';
import { abandonTrial, releaseTrials } from '../ask-tell/release.ts';
import { nextTurn, now, turnMs } from '../platform.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Trial } from '../trial/trial.ts';
import { readBudget, type TrialBudget } from './budget.ts';
import type { InterruptGuard } from './interrupt-guard.ts';

/** The parts of a study that a `take` loop uses. */
export interface TakingFrom {
  readonly session: Session;
  readonly space: DeclaredSpace | null;
  readonly guard: InterruptGuard;
}

/** Asks for trials one at a time, for a loop in the caller's code. */
export class Taking {
  readonly #study: TakingFrom;
  #isStopped = false;

  constructor(study: TakingFrom) {
    this.#study = study;
  }

  /** Ends the loop before its next trial. */
  stop(): void {
    this.#isStopped = true;
  }

  async *trials(budget: TrialBudget | undefined): AsyncGenerator<Trial> {
    const { session, space } = this.#study;
    const { more, total } = readBudget(budget);
    let lastTurn = now();
    let taken = 0;
    let told = 0;
    for (; taken < more && !this.#isStopped; taken++) {
      const asked = await askTrials(session, { count: 1, owned: true, total, space, retry: null });
      const [trial] = asked.trials;
      if (trial === undefined) {
        if (taken === 0) noticeNothingToRun(session, asked, space, total);
        break;
      }
      yield* this.#lend(trial);
      if (trial.buffer.isFinished || session.history.state(trial.number) !== 'running') told++;
      // A loop that awaits only microtasks would block the event loop.
      if (now() - lastTurn <= turnMs) continue;
      await nextTurn();
      lastTurn = now();
    }
    // Trials that are measured in parallel may be told later, but usually not all of them.
    if (taken > 1 && told === 0)
      session.notice(
        `None of the ${taken} trials of a take loop was told. They stay running and count in totals. End each with study.tell(trial, value).`,
      );
  }

  /** Yields a trial. If the caller leaves the loop there, the trial is given up unless it was told. */
  async *#lend(trial: Trial): AsyncGenerator<Trial, void> {
    const { session, guard } = this.#study;
    let isLeft = true;
    guard.begin();
    try {
      yield trial;
      isLeft = false;
    } finally {
      guard.end();
      if (isLeft) await (this.#isStopped ? releaseTrials(session, [trial.number]) : abandonTrial(session, trial));
    }
  }
}
