import { AsktellError, show } from '../errors.ts';
import type { Session } from '../session/session.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { readOwner } from '../workers/owner.ts';
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
 * Tells the user why a loop ended before its first trial.
 * @param space the declared space. Without one, only a trial can show that the objective was changed.
 */
export function noticeNothingToRun(
  session: Session,
  { end }: Asked,
  space: DeclaredSpace | null,
  total: number | null,
): void {
  const study = show(session.study.ref.name);
  if (end === 'budget-reached' && total !== null)
    session.notice(`No trial was run. ${counted(session, total)}`, 'info');
  if (end !== 'exhausted') return;
  if (space === null)
    session.notice(
      `No trial was run for study ${study}: every point that its trials suggested has been tried or is being tried. If the objective suggests other parameters or ranges now, enqueue a point that has one of them, such as study.enqueue({ x: 4 }), or start a new study.`,
    );
  else session.notice(`No trial was run. ${noMoreTrials(session).message}`, 'info');
}

/** Tells the user if an ask got no trials because those that run without a lease use up the total. */
export function noticeHeldTotal(session: Session, { end, trials }: Asked, total: number | null): void {
  if (end !== 'budget-reached' || total === null || trials.length > 0 || leaseless(session) === 0) return;
  session.notice(counted(session, total), 'info');
}

/** How many trials of the total are finished and running. */
function counted(session: Session, total: number): string {
  const { history, study } = session;
  const running = history.running.length;
  const facts = `Study ${show(study.ref.name)} has ${history.spent} finished${running === 0 ? '' : ` and ${running} running`} trial(s) of a total of ${total}.`;
  return leaseless(session) === 0
    ? facts
    : `${facts} ${leaseless(session)} of the running ones were asked for without a lease and count until they are told. If they were left behind, end them with study.failRunning({ olderThan: 60_000 }).`;
}

/** Number of running trials that no worker has leased. */
function leaseless({ history }: Session): number {
  const owners = Array.from(history.running, (number) => readOwner(history.owner(number)));
  return owners.filter((owner) => owner === null || owner.plain === true).length;
}
