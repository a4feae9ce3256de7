import type { Cursor, Delta, TrialRecord } from '@asktell/core';
import type { StudyMirror } from './study-mirror.ts';
import { learnNames, type TrialReader } from './trial-reader.ts';

/** A position in the change log of a mirror. */
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

/** The delta for a write callback: the changes since a cursor, or only the `fresh` rows without a cursor. */
export function deltaFor(
  mirror: StudyMirror,
  reader: TrialReader,
  since: Cursor | null,
  fresh: readonly number[],
): Delta {
  return deltaSince(mirror, reader, since ?? new SqliteCursor(mirror), fresh);
}

/** The changes since a cursor and the rows of `fresh`. The mirror must be up to date with the transaction. */
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
    // Consecutive trials usually share the list.
    if (trial.names !== trials[i - 1]?.names) learnNames(mirror, trial);
  });
  return { cursor, trials };
}

/** Whether the mirror has no change after the cursor. */
export function isUpToDate(mirror: StudyMirror, since: Cursor | null): since is SqliteCursor {
  return since instanceof SqliteCursor && since.mirror === mirror && since.position === mirror.changed;
}

/** The rows that changed since the cursor, or `null` when the cursor does not apply to this study. */
function changedRows(mirror: StudyMirror, since: SqliteCursor): Set<number> | null {
  const rows = since.mirror.changesSince(since.position);
  if (since.mirror === mirror) return rows;
  // The cursor is from another connection of this process. The mirror of that connection contains what it has read.
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
