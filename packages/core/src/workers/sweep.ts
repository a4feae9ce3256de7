import type { RecordStore } from '../history/record-store.ts';
import type { FailureReason } from '../history/trial-record.ts';
import type { TrialOp } from '../storage/storage.ts';
import { attemptsOp, failureOps } from './ending.ts';
import { mostReclaims, type OrphanPolicy } from './orphan-policy.ts';
import type { Ownership } from './ownership.ts';

/** A trial that a sweep ends. */
export interface Ended extends FailureReason {
  readonly number: number;
  readonly code: 'crashed' | 'lost';
}

/** What an ask finds among the running trials. */
export interface Sweep {
  /** Number of running trials that count in a total: those that a worker, a caller or another program holds. */
  readonly held: number;
  /** Released and orphaned trials that the ask can take, ascending. */
  readonly resumable: readonly number[];
  /** Those of them whose worker died. */
  readonly orphans: ReadonlySet<number>;
  /** Orphans that end now. */
  readonly ended: readonly Ended[];
  /** Trials of other programs that are abandoned, ascending. */
  readonly stale: readonly number[];
}

const noOps: readonly TrialOp[] = [];
const none: Sweep = { held: 0, resumable: [], orphans: new Set(), ended: [], stale: [] };

/**
 * Judges the running trials.
 * @param isFresh whether a row was read in this transaction. The owner of any other row may have changed since.
 */
export function sweep(
  history: RecordStore,
  workers: Ownership,
  policy: OrphanPolicy,
  isFresh: (row: number) => boolean,
): Sweep {
  if (history.runningRows.size === 0) return none;
  const { now } = workers;
  const resumable: number[] = [];
  const orphans = new Set<number>();
  const ended: Ended[] = [];
  const stale: number[] = [];
  let held = 0;
  for (const row of history.runningRows) {
    const holding = workers.holding(history.owner(row), row);
    if (holding === 'foreign' && history.isStale(row, now)) stale.push(row);
    else if (holding === 'released' && isFresh(row)) resumable.push(row);
    else if (holding === 'orphaned' && isFresh(row)) {
      if (policy === 'fail')
        ended.push({ number: row, code: 'lost', message: 'The process that ran this trial is gone.' });
      else if (policy !== 'leave') {
        const deaths = history.attempts(row) + 1;
        if (deaths > mostReclaims(policy)) ended.push(crashed(row, deaths));
        else {
          resumable.push(row);
          orphans.add(row);
        }
      }
    } else held++;
  }
  const ascending = (a: number, b: number): number => a - b;
  return {
    held,
    resumable: resumable.sort(ascending),
    orphans,
    ended: ended.sort((a, b) => a.number - b.number),
    stale: stale.sort(ascending),
  };
}

/** The end of a trial that has lost its worker too often. */
export function crashed(number: number, deaths: number): Ended {
  const times = deaths === 1 ? 'once' : `${deaths} times`;
  return {
    number,
    code: 'crashed',
    message: `The trial was started ${times}, and each time its process died or its loop was left.`,
  };
}

/** The operations that end swept trials, and count the deaths of orphans that are taken. */
export function sweepOps(
  history: RecordStore,
  { ended, orphans }: Sweep,
  taken: readonly number[],
): readonly TrialOp[] {
  if (ended.length === 0 && orphans.size === 0) return noOps;
  return [
    ...ended.flatMap(({ number, code, message }) => failureOps(number, code, message)),
    ...taken.filter((number) => orphans.has(number)).map((number) => attemptsOp(number, history.attempts(number) + 1)),
  ];
}
