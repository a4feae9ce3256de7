import { keys } from '../attribute-keys.ts';
import { toExternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import type { TrialNote } from '../history/note.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { Point } from '../proposal/acceptance.ts';
import type { Session } from '../session/session.ts';
import type { TrialOp } from '../storage/storage.ts';

const noRows: readonly number[] = [];

/** The operations that store the point of a trial. */
export function pointOps(
  { history, proposer }: Session,
  { number, names, systemAttrs, startedAt }: TrialRecord,
  point: Point | null,
): TrialOp[] {
  // A trial that keeps its point, because it was resumed or is a retry, keeps the note of that proposal.
  if (point === null && (names.length > 0 || systemAttrs?.has(keys.note) === true)) return [];
  const ops: TrialOp[] = [];
  const stale = proposer.readsRunning ? history.staleAt(startedAt as number) : noRows;
  const note = point === null ? (stale.length === 0 ? null : { stale }) : noteOf(point, stale);
  if (note !== null)
    ops.push({ kind: 'attr', number, scope: 'system', key: keys.note, value: note as unknown as Json });
  if (point === null) return ops;
  const { space, x, attrs } = point;
  if (space.origin === 'declared')
    space.params.forEach(({ name, dist }, i) => {
      const value = x[i] as number;
      if (!Number.isNaN(value) && !names.includes(name)) ops.push({ kind: 'param', number, name, dist, x: value });
    });
  // A trial that was resumed, or retried by Optuna, keeps what it has.
  for (const key in attrs)
    if (systemAttrs?.has(key) !== true)
      ops.push({ kind: 'attr', number, scope: 'system', key, value: attrs[key] as Json });
  return ops;
}

function noteOf({ space, x, note: sampler, pending, rank = 0 }: Point, stale: readonly number[]): TrialNote | null {
  const note: { -readonly [K in keyof TrialNote]: TrialNote[K] } = {};
  if (space.origin === 'observed') {
    const proposal: { [name: string]: Scalar } = {};
    space.params.forEach(({ name, dist }, i) => {
      const value = x[i] as number;
      if (!Number.isNaN(value)) proposal[name] = toExternal(dist, value);
    });
    if (Object.keys(proposal).length > 0) note.proposal = proposal;
  }
  if (sampler !== undefined) note.sampler = sampler;
  if (pending !== null && pending.length > 0) note.pending = pending;
  if (rank !== 0) note.rank = rank;
  if (stale.length > 0) note.stale = stale;
  return Object.keys(note).length === 0 ? null : note;
}
