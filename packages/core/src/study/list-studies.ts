import { checkOptions } from '../checks/checks.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Storage } from '../storage/storage.ts';
import { LoneWorker } from '../workers/owner.ts';
import { findOnly } from './find.ts';
import { lazy } from './lazy.ts';
import { openStudy } from './study-handle.ts';
import { checkStorage } from './study-options.ts';

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
  checkOptions('deleteStudy', options ?? null, ['name', 'storage']);
  // The only one is not meant because nothing was said.
  const record = await findOnly(options.storage, options.name ?? null);
  await options.storage.deleteStudy(record.ref);
}

/** What the storage holds, in order of creation. */
export async function listStudies(options: { readonly storage: Storage }): Promise<StudySummary[]> {
  checkOptions('listStudies', options ?? null, ['storage']);
  const { storage } = options;
  checkStorage(storage);
  const summaries: StudySummary[] = [];
  for (const record of await storage.listStudies()) {
    const study = openStudy(
      {
        study: record,
        storage,
        sampler: { name: 'none', config: { version: 1, options: {} }, supports: { objectives: 'many' } },
        pruner: new NopPruner(),
        seed: 0,
        space: null,
        makeGuard: null,
        learning: null,
        ownership: new LoneWorker(''),
        seldom: lazy.seldom,
      },
      {},
    );
    const { history } = study;
    const best = record.directions.length === 1 ? await study.bestValue() : await study.trials().then(() => undefined);
    summaries.push({
      name: record.ref.name,
      directions: record.directions,
      metricNames: study.metricNames,
      trials: history.size,
      userAttrs: Object.fromEntries(record.userAttrs),
      datetimeStart: firstStart(history.startedAt.subarray(0, history.size)),
      bestValue: best,
    });
  }
  return summaries;
}

function firstStart(stamps: Float64Array): Date | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const stamp of stamps) if (stamp < first) first = stamp; // NaN, while waiting, is no less
  return first === Number.POSITIVE_INFINITY ? undefined : new Date(first / 1000);
}
