import { keys } from '../attribute-keys.ts';
import { type Checks, check, checkOptions, checkValue } from '../checks/checks.ts';
import { AsktellError, isAsktellError, show } from '../errors.ts';
import type { TrialRecord } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { randomToken } from '../platform.ts';
import type { Storage, StudyAttr, StudyRecord, StudyRef, TrialOp } from '../storage/storage.ts';
import { findOnly } from './load-study.ts';
import { isStorage } from './study-options.ts';

/** A study in a storage. */
export interface CopyEnd<Store = Storage> {
  readonly name?: string;
  readonly storage: Store;
}

/** Options of `copyStudy`. */
export interface CopyStudyOptions<Store = Storage> {
  /** The study to copy. The name is optional if the storage contains exactly one study. */
  readonly from: CopyEnd<Store>;
  /** Where to copy it. Default name: the name of the original. */
  readonly to: CopyEnd<Store>;
  /**
   * Whether to copy Asktell's own attributes: sampler, seed, space, notes, owners, failure reasons, constraint names.
   * Default `true`. With `false`, the copy contains only what Optuna would have stored, and `loadStudy` needs a sampler
   * to continue it.
   */
  readonly asktellAttrs?: boolean;
}

/** Number of trials per write, small enough that other writers do not wait long. */
const chunk = 1000;
const prefix = 'asktell:';

type Attrs = ReadonlyMap<string, Json>;

/**
 * Copies a study with all its data: trial numbers, states (including running and waiting), values, parameters with
 * their distributions, reports, dates to the microsecond, and attributes, including those of other programs. Only
 * `asktell:epoch` is new. Each trial is read once. Later changes to it are not copied, and trials added during the copy
 * may be missing.
 *
 * Trials are read and written in chunks, so that a study of any size can be copied. If a chunk fails, the copy is
 * deleted and the error is thrown. An incomplete copy remains if the process is killed, or if the disk is too full to
 * delete it. Remove it with {@link deleteStudy}. Attributes in which Optuna refers to row ids (parents in NSGA-II,
 * notes of the dashboard) are copied unchanged, although the ids of the copy differ.
 *
 * @returns the copy's name and its number of trials
 * @throws AsktellError `study-not-found`, `study-exists`, `study-mismatch` if another program wrote into the copy,
 *   `invalid-argument`, `invalid-value`, `space-conflict` for a trial that the target storage refuses, and storage
 *   errors
 * @example await copyStudy({ from: { name: 'svm', storage }, to: { storage: new MemoryStorage() } });
 */
export async function copyStudy(
  options: CopyStudyOptions,
): Promise<{ readonly name: string; readonly trials: number }> {
  const { from, to, all } = checked(options);
  const original = await findOnly(from.storage, from.name);
  const name = to.name ?? original.ref.name;
  if ((await to.storage.findStudy(name)) !== undefined) {
    throw new AsktellError(
      'study-exists',
      `copyStudy: a study named ${show(name)} already exists. Give the copy another name with to: { name, storage }, or delete that study if it is an incomplete copy.`,
    );
  }
  const copy = await to.storage.createStudy({
    name,
    directions: original.directions,
    systemAttrs: new Map([...kept(original.systemAttrs, all), [keys.epoch, randomToken()]]),
  });
  try {
    return { name, trials: await fill(from.storage, original, to.storage, copy.ref, all) };
  } catch (error) {
    await undo(to.storage, copy.ref, error);
    throw error;
  }
}

/** Copies trials and user attributes. Returns the number of trials. */
async function fill(
  source: Storage,
  original: StudyRecord,
  storage: Storage,
  copy: StudyRef,
  all: boolean,
): Promise<number> {
  let count = 0;
  for await (const part of parts(source, original.ref)) {
    const { created } = await storage.write(
      copy,
      null,
      part.map((trial) => creation(trial, all)),
    );
    const moved = part.find((trial, i) => trial.number !== created[i]);
    if (moved !== undefined)
      throw new AsktellError(
        'study-mismatch',
        `copyStudy: trial ${moved.number} got another number in the copy ${show(copy.name)}. The numbers of the original have gaps, or another program writes into the copy. Copy it under another name.`,
      );
    count += part.length;
  }
  const userAttrs = [...original.userAttrs].map(([key, value]): StudyAttr => ({ scope: 'user', key, value }));
  if (userAttrs.length > 0) await storage.setStudyAttrs(copy, userAttrs);
  return count;
}

async function* parts(storage: Storage, study: StudyRef): AsyncGenerator<readonly TrialRecord[]> {
  if (storage.read === undefined) {
    const { trials } = await storage.pull(study, null);
    for (let start = 0; start < trials.length; start += chunk) yield trials.slice(start, start + chunk);
    return;
  }
  for (let start = 0; ; start += chunk) {
    const part = await storage.read(study, start, chunk);
    if (part.length > 0) yield part;
    if (part.length < chunk) return;
  }
}

async function undo(storage: Storage, copy: StudyRef, cause: unknown): Promise<void> {
  try {
    await storage.deleteStudy(copy);
  } catch {
    throw new AsktellError(
      isAsktellError(cause) ? cause.code : 'storage-error',
      `copyStudy: copying failed, and the incomplete copy ${show(copy.name)} could not be deleted. Delete that study. Reason: ${cause instanceof Error ? cause.message : show(cause)}`,
      { cause },
    );
  }
}

function creation({ number: _number, ...trial }: TrialRecord, all: boolean): TrialOp {
  return { kind: 'create', trial: { ...trial, systemAttrs: trial.systemAttrs && kept(trial.systemAttrs, all) } };
}

function kept(attrs: Attrs, all: boolean): Attrs {
  return all ? attrs : new Map([...attrs].filter(([key]) => !key.startsWith(prefix)));
}

const endChecks: Checks<CopyEnd> = { name: check.string, storage: isStorage };
const copyChecks: Checks<CopyStudyOptions> = { from: check.object, to: check.object, asktellAttrs: check.boolean };

function checked(options: CopyStudyOptions): { readonly from: CopyEnd; readonly to: CopyEnd; readonly all: boolean } {
  checkOptions('copyStudy', options, copyChecks);
  const { from, to, asktellAttrs = true } = options;
  for (const [side, end] of Object.entries({ from, to })) {
    checkOptions(`copyStudy: ${side}`, end, endChecks);
    checkValue(`copyStudy: ${side}.storage`, end.storage, isStorage);
  }
  if (to.name !== undefined) checkValue('copyStudy: to.name', to.name, check.name);
  return { from, to, all: asktellAttrs };
}
