import { AsktellError, show } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { Asked } from './ask.ts';

/** The error of an ask for one trial when the sampler has nothing left to propose. */
export function noMoreTrials(session: Session): AsktellError {
  const study = show(session.study.ref.name);
  const cure = session.duplicates === 'avoid' ? " Open it with duplicates: 'allow' to try points again." : '';
  return new AsktellError(
    'exhausted',
    `Sampler ${show(session.sampler.name)} has nothing left to propose for study ${study}: every point has been tried or is being tried.${cure}`,
  );
}

/**
 * Tells the user why a loop ended before its first trial: nothing is left to propose for an objective that calls `suggest*`.
 * If somebody has changed the objective, only a trial can show it.
 */
export function noticeNothingToRun(session: Session, { end }: Asked, space: DeclaredSpace | null): void {
  if (end !== 'exhausted' || space !== null) return;
  session.notice(
    `No trial was run for study ${show(session.study.ref.name)}: every point that its trials suggested has been tried or is being tried. If the objective suggests other parameters or ranges now, enqueue a point that has one of them, such as study.enqueue({ x: 4 }), or start a new study.`,
  );
}
