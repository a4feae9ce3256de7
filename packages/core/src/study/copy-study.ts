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
  /** The study to copy. Its name may be left out when the storage holds exactly one. */
  readonly from: CopyEnd<Store>;
  /** Where it goes. Default name: that of the original. */
  readonly to: CopyEnd<Store>;
  /**
   * Whether Asktell's own attributes come along: sampler, seed, space, notes, owners, reasons of failure, names of
   * constraints. Default `true`; `false` leaves what Optuna itself would have stored, which `loadStudy` cannot go on
   * with unless it is given a sampler.
   */
  readonly asktellAttrs?: boolean;
}

/** Trials in one write: few enough that no other writer waits long. */
const chunk = 1000;
const prefix = 'asktell:';

type Attrs = ReadonlyMap<string, Json>;

/**
 * Copies a study with everything in it, field by field: numbers, states (running and waiting trials too), values,
 * parameters with their distributions, reports, dates to the microsecond, attributes, those of strangers included. Only
 * `asktell:epoch` is new. Each trial is read once: what happens to it afterwards stays behind, and trials that are added
 * meanwhile may come along or not.
 *
 * Trials are read and written in chunks, so that a study of any size fits. If one fails, the copy is deleted again and the
 * error passed on. What a full disk does not let us delete, and what a process leaves that is killed in the middle, is to
 * be removed by {@link deleteStudy}. Attributes by which Optuna refers to row ids (parents of NSGA-II, notes of the
 * dashboard) come along as they are, though the copy has other ids.
 *
 * @returns the copy's name and its number of trials
 * @throws AsktellError `study-not-found`, `study-exists`, `study-mismatch` when somebody else wrote into the copy,
 *   `invalid-argument`, `invalid-value`, `space-conflict` for a trial that the other storage refuses, and storage errors
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
      `There is a study named ${show(name)} already; give the copy another name: to: { name, storage }, or delete that study if an interrupted copy has left it.`,
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

/** Returns the number of trials. */
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
        `Trial ${moved.number} got another number in the copy ${show(copy.name)}: either the numbers of the original have gaps, or another program writes into the copy. Copy it under another name.`,
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
      `Copying failed, and so did deleting the half copy ${show(copy.name)}: delete that study. Reason: ${cause instanceof Error ? cause.message : show(cause)}`,
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
