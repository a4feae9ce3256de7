import { isFinished } from '../history/trial-record.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { FrozenTrial } from './frozen-trial.ts';

/** A trial as it was last read. A finished one never changes, so it is read lazily. An unfinished one is copied now. */
export function freeze<P extends object>(session: Session, row: number, space: DeclaredSpace | null): FrozenTrial<P> {
  const { history } = session;
  const state = history.state(row);
  const record = isFinished(state) ? null : history.record(row);
  return new FrozenTrial<P>(row, state, () => record ?? history.record(row), space, session);
}
