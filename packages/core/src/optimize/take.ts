import { askTrials } from '../ask-tell/ask.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Trial } from '../trial/trial.ts';
import { readBudget, type TrialBudget } from './budget.ts';

/** Asks for trials one at a time, for a loop in the caller's code. */
export class Taking {
  #isStopped = false;

  /** Ends the loop before its next trial. */
  stop(): void {
    this.#isStopped = true;
  }

  async *trials(session: Session, budget: TrialBudget | undefined, space: DeclaredSpace | null): AsyncGenerator<Trial> {
    const { more, total } = readBudget(budget);
    for (let taken = 0; taken < more && !this.#isStopped; taken++) {
      const { trials } = await askTrials(session, { count: 1, owned: true, total, space });
      if (trials.length === 0) return;
      yield trials[0] as Trial;
    }
  }
}
