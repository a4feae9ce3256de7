import { keys } from '../attribute-keys.ts';
import { check, checkOptions, checkValue } from '../checks/checks.ts';
import { RecordStore } from '../history/record-store.ts';
import type { Direction, TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { BestSoFar } from '../session/best-so-far.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { findOnly } from './load-study.ts';
import { isStorage } from './study-options.ts';

/** What {@link listStudies} tells about a study. */
export interface StudySummary {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | null;
  readonly trials: number;
  readonly userAttrs: { readonly [key: string]: Json };
  /** Start of the first trial. */
  readonly datetimeStart: Date | undefined;
  readonly bestValue: number | undefined;
}

/**
 * Deletes a study with all its trials.
 * @throws AsktellError `study-not-found`
 */
export async function deleteStudy(options: { readonly name: string; readonly storage: Storage }): Promise<void> {
  checkOptions('deleteStudy', options, { name: check.string, storage: isStorage });
  // Only a study that is named is deleted, even if there is just one.
  const record = await findOnly(options.storage, options.name ?? null);
  await options.storage.deleteStudy(record.ref);
}

/**
 * What the storage holds, in order of creation.
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
  for (const stamp of stamps) if (stamp < first) first = stamp; // NaN, while waiting, is no less
  return first === Number.POSITIVE_INFINITY ? undefined : new Date(first / 1000);
}
