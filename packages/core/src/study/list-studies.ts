import { keys } from '../attribute-keys.ts';
import { check, checkOptions, checkValue } from '../checks/checks.ts';
import { RecordStore } from '../history/record-store.ts';
import type { Direction, TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { BestSoFar } from '../session/best-so-far.ts';
import { dateOf } from '../stamp.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { findOnly } from './load-study.ts';
import { isStorage } from './study-options.ts';

/** Summary of a study, as returned by {@link listStudies}. */
export interface StudySummary {
  readonly name: string;
  readonly directions: readonly Direction[];
  /** One name per objective, or `null`. */
  readonly metricNames: readonly string[] | null;
  /** Number of trials in any state. */
  readonly trials: number;
  readonly userAttrs: { readonly [key: string]: Json };
  /** Earliest start of a trial. `undefined` if none has started. */
  readonly datetimeStart: Date | undefined;
  /** Best value among complete, feasible trials. `undefined` if there is none, or if there are several objectives. */
  readonly bestValue: number | undefined;
}

/**
 * Deletes a study with all its trials.
 * @throws AsktellError `study-not-found`
 */
export async function deleteStudy(options: { readonly name: string; readonly storage: Storage }): Promise<void> {
  checkOptions('deleteStudy', options, { name: check.string, storage: isStorage });
  // A name is required even if there is only one study.
  const record = await findOnly(options.storage, options.name ?? null);
  await options.storage.deleteStudy(record.ref);
}

/**
 * Lists the studies of a storage in order of creation. Reads all trials.
 * @throws AsktellError `invalid-argument`
 */
export async function listStudies(options: { readonly storage: Storage }): Promise<StudySummary[]> {
  checkOptions('listStudies', options, { storage: isStorage });
  const { storage } = options;
  checkValue('listStudies: storage', storage, isStorage);
  const summaries: StudySummary[] = [];
  for (const record of await storage.listStudies()) {
    const { trials } = await storage.pull(record.ref, null);
    summaries.push(summaryOf(record, trials));
  }
  return summaries;
}

function summaryOf(
  { ref, directions, userAttrs, systemAttrs }: StudyRecord,
  trials: readonly TrialRecord[],
): StudySummary {
  const history = new RecordStore(directions);
  const best = new BestSoFar(history);
  for (const trial of trials) if (history.put(trial) >= 0) best.onFinished(trial.number);
  const names = systemAttrs.get(keys.metricNames);
  return {
    name: ref.name,
    directions,
    metricNames: Array.isArray(names) ? names.map(String) : null,
    trials: history.size,
    userAttrs: Object.fromEntries(userAttrs),
    datetimeStart: firstStart(history.startedAt.subarray(0, history.size)),
    bestValue: best.value,
  };
}

function firstStart(stamps: Float64Array): Date | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const stamp of stamps) if (stamp < first) first = stamp; // false for the NaN of waiting trials
  return first === Number.POSITIVE_INFINITY ? undefined : dateOf(first);
}
