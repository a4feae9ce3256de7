import type { Cursor, Delta, TrialRecord } from '@asktell/core';
import type { StudyMirror } from './study-mirror.ts';
import { learnNames, type TrialReader } from './trial-reader.ts';

/** A place in the order of changes that a mirror has seen. */
export class SqliteCursor implements Cursor {
  readonly isCursor = true;
  readonly mirror: StudyMirror;
  readonly position: number;

  constructor(mirror: StudyMirror) {
    this.mirror = mirror;
    this.position = mirror.changed;
  }
}

const nothing: readonly TrialRecord[] = [];

/** What a function of the delta gets: changes since a cursor, or without one the `fresh` rows only. */
export function deltaFor(
  mirror: StudyMirror,
  reader: TrialReader,
  since: Cursor | null,
  fresh: readonly number[],
): Delta {
  return deltaSince(mirror, reader, since ?? new SqliteCursor(mirror), fresh);
}

/** What changed since a cursor, and the rows of `fresh`. The mirror must be up to date with the transaction. */
export function deltaSince(
  mirror: StudyMirror,
  reader: TrialReader,
  since: Cursor | null,
  fresh: readonly number[],
): Delta {
  const rows = since instanceof SqliteCursor ? changedRows(mirror, since) : null;
  if (rows === null) return { cursor: new SqliteCursor(mirror), trials: reader.all(mirror) };
  for (const number of fresh) if (Number.isInteger(number) && number >= 0 && number < mirror.size) rows.add(number);
  const cursor = isUpToDate(mirror, since) ? since : new SqliteCursor(mirror);
  if (rows.size === 0) return { cursor, trials: nothing };
  const trials = [...rows].sort((a, b) => a - b).map((number) => reader.one(mirror.row(number)));
  trials.forEach((trial, i) => {
    // Neighbours mostly share the list.
    if (trial.names !== trials[i - 1]?.names) learnNames(mirror, trial);
  });
  return { cursor, trials };
}

/** Whether nothing has happened since the cursor, as far as the mirror knows. */
export function isUpToDate(mirror: StudyMirror, since: Cursor | null): since is SqliteCursor {
  return since instanceof SqliteCursor && since.mirror === mirror && since.position === mirror.changed;
}

/** Rows that changed since the cursor; `null` when it tells nothing about this study, so that all of them are due. */
function changedRows(mirror: StudyMirror, since: SqliteCursor): Set<number> | null {
  const rows = since.mirror.changesSince(since.position);
  if (since.mirror === mirror) return rows;
  // Another connection of this process made it: what that one had seen is in its mirror.
  const { ref, broken } = since.mirror;
  if (
    broken ||
    ref.epoch === null ||
    ref.epoch !== mirror.ref.epoch ||
    ref.id !== mirror.ref.id ||
    since.mirror.size > mirror.size
  )
    return null;
  for (const number of since.mirror.unfinished)
    if (since.mirror.stateOf(number) !== mirror.stateOf(number)) rows.add(number);
  for (let number = since.mirror.size; number < mirror.size; number++) rows.add(number);
  return rows;
}
