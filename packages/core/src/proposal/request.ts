import type { AskRun } from '../ask-tell/ask.ts';
import { requireInternal, toInternal } from '../distribution/convert.ts';
import type { Scalar } from '../distribution/distribution.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import type { Session } from '../session/session.ts';
import { type CompiledSpace, isActive } from '../space/compiled-space.ts';

/** What a proposal starts from: the trial, and what is settled about it already. */
export interface SampleTask {
  readonly number: number;
  readonly startedAt: number;
  readonly space: CompiledSpace;
  readonly fixed: Float64Array;
  /** External values the trial was enqueued with; `null` when it was not. */
  readonly enqueued: ReadonlyMap<string, Scalar> | null;
  readonly chosen: () => ReadonlyMap<string, Scalar>;
  readonly note: () => Json | undefined;
  /** Rows of pending points the trial saw, once that is settled; `null` before. */
  readonly pending: readonly number[] | null;
  readonly total: number | null;
}

/** The ask that a trial was granted to. */
export interface PointAsk {
  readonly session: Session;
  readonly run: AskRun;
}

const noChosen: ReadonlyMap<string, Scalar> = new Map();

/**
 * What the point of a granted trial starts from.
 * @throws AsktellError `invalid-value` when the trial was enqueued with a value that the space does not have
 */
export function askedTask({ session, run }: PointAsk, record: TrialRecord, space: CompiledSpace): SampleTask {
  return {
    number: record.number,
    startedAt: record.startedAt as number,
    space,
    fixed: fixedPoint(session, record, space),
    enqueued: session.fixedParams(record),
    chosen: () => noChosen,
    note: () => undefined,
    pending: null,
    total: run.total,
  };
}

/** Whether every active parameter of the space is stored: a trial that comes back, or a retried one. */
export function isComplete(record: TrialRecord, space: CompiledSpace): boolean {
  if (record.names.length === 0) return false;
  const x = space.params.map(({ name }) => {
    const at = record.names.indexOf(name);
    return at < 0 ? Number.NaN : (record.x[at] as number);
  });
  return x.every((value, i) => !Number.isNaN(value) || !isActive(space, i, x));
}

/** What is settled already: enqueued values, those that an earlier worker of this trial has stored, and those that the sampler fixes. */
function fixedPoint(session: Session, record: TrialRecord, space: CompiledSpace): Float64Array {
  const fixed = new Float64Array(space.params.length).fill(Number.NaN);
  const given = session.fixedParams(record);
  const { fixes } = session.sampler;
  if (given === null && fixes === undefined && record.names.length === 0) return fixed;
  space.params.forEach(({ name, dist }, i) => {
    const stored = record.names.indexOf(name);
    if (stored >= 0) fixed[i] = record.x[stored] as number;
    else {
      const from = given?.has(name) ? given : fixes;
      if (!from?.has(name)) return;
      // Ranges of suggested parameters may have moved: then it is no member yet, and no matter yet.
      if (space.origin === 'observed') fixed[i] = toInternal(dist, from.get(name));
      else fixed[i] = requireInternal(dist, name, from.get(name));
    }
  });
  return fixed;
}
