import {
  AsktellError,
  copyStudy as copy,
  createStudy as create,
  type Directions,
  deleteStudy as drop,
  type LoadedParamsOf,
  listStudies as list,
  loadStudy as load,
  type OneDirection,
  type ParamsOf,
  type Space,
  type Storage,
  type Study,
  type StudyHost,
  type StudySummary,
  show,
} from '@asktell/core';
import { LearningCurvePruner, RacingRepeats } from '@asktell/pruners';
import { AutoSampler } from '@asktell/sampler-auto';
import { openStorage, withStorage } from '../storage/open-storage.ts';
import { parseStorageUrl } from '../storage/storage-url.ts';
import { builtIn } from './built-in.ts';
import { environment } from './environment.ts';
import type { CopyStudyOptions, CreateStudyOptions, LoadStudyOptions, StorageOption } from './options.ts';

/**
 * Creates a study. By default it minimizes, is stored in memory, and uses `AutoSampler` and the learning-curve pruner.
 * @throws AsktellError `study-exists`, `study-mismatch`, `invalid-argument`, `invalid-space`, `invalid-expression`,
 *   `unsupported`, `storage-url`, and the errors of opening the storage
 * @example
 * const study = await createStudy();
 * await study.optimize((trial) => (trial.suggestFloat('x', -10, 10) - 2) ** 2, { trials: 100 });
 * console.log(await study.bestParams());
 */
export async function createStudy<
  const S extends Space | undefined = undefined,
  const D extends Directions = OneDirection,
  const M extends string = string,
>(options: CreateStudyOptions<S, D, M> = {}): Promise<Study<ParamsOf<S>, D, M>> {
  checkObject('createStudy', options);
  return opened(options.storage, true, (storage, host) => create<S, D, M>({ ...options, storage }, host));
}

/**
 * Opens an existing study with its saved sampler, pruner, seed and space. Params have the type of the space that is
 * passed, which is compared with the saved one. Without one, their values are `unknown`.
 * @throws AsktellError `study-not-found`, `unknown-sampler`, `unknown-pruner`, `invalid-argument`, `invalid-space`,
 *   `space-conflict`, `storage-url`, and the errors of opening the storage
 * @example const study = await loadStudy({ storage: 'study.db' });
 */
export async function loadStudy<const S extends Space | undefined = undefined, const M extends string = string>(
  options: LoadStudyOptions<S, M>,
): Promise<Study<LoadedParamsOf<S>, Directions, M>> {
  checkObject('loadStudy', options, 'storage');
  return opened(options.storage, false, (storage, host) => load<S, M>({ ...options, storage }, host));
}

/**
 * Deletes a study with all its trials.
 * @throws AsktellError `study-not-found`, `invalid-argument`, `storage-url`, and the errors of opening the storage
 * @example await deleteStudy({ name: 'svm', storage: 'study.db' });
 */
export async function deleteStudy(options: { readonly name: string; readonly storage: StorageOption }): Promise<void> {
  checkObject('deleteStudy', options, 'storage', 'name');
  await withStorage(options.storage, (storage) => drop({ ...options, storage }));
}

/**
 * Copies a study with all its data to another storage or to another name. An incomplete copy is deleted. If that is
 * impossible, for example because the disk is full, the error says so.
 * @returns the name of the copy and its number of trials
 * @throws AsktellError `study-not-found`, `study-exists`, `study-mismatch`, `invalid-argument`, `invalid-value`,
 *   `space-conflict`, `storage-url`, and the errors of opening the storages
 * @example await copyStudy({ from: { name: 'svm', storage: 'old.db' }, to: { storage: 'new.db' } });
 */
export async function copyStudy(
  options: CopyStudyOptions,
): Promise<{ readonly name: string; readonly trials: number }> {
  checkObject('copyStudy', options);
  checkObject('copyStudy: from', options.from, 'storage');
  checkObject('copyStudy: to', options.to, 'storage');
  if (typeof options.to.storage === 'string' && parseStorageUrl(options.to.storage).kind === 'memory')
    throw new AsktellError(
      'invalid-argument',
      `copyStudy: the copy in ${show(options.to.storage)} would be lost at once. Pass an object: to: { storage: new MemoryStorage() }.`,
    );
  return withStorage(options.from.storage, async (source) => {
    const target = await openStorage(options.to.storage, true);
    try {
      const from = { ...options.from, storage: source };
      return await copy({ ...options, from, to: { ...options.to, storage: target.storage } });
    } finally {
      if (target.owned) await target.storage.close();
    }
  });
}

/**
 * Lists the studies of a storage in order of creation.
 * @throws AsktellError `invalid-argument`, `storage-url`, and the errors of opening the storage
 * @example for (const { name, trials, bestValue } of await listStudies({ storage: 'study.db' })) console.log(name, trials, bestValue);
 */
export async function listStudies(options: { readonly storage: StorageOption }): Promise<StudySummary[]> {
  checkObject('listStudies', options, 'storage');
  return withStorage(options.storage, (storage) => list({ ...options, storage }));
}

/** Opens the storage and runs `work`. If `work` fails, a storage opened from a string is closed. */
async function opened<T>(
  option: StorageOption | undefined,
  create: boolean,
  work: (storage: Storage, host: StudyHost) => Promise<T>,
): Promise<T> {
  const { storage, owned } = await openStorage(option, create);
  try {
    const defaults = { sampler: new AutoSampler(), pruner: new LearningCurvePruner() };
    const repeatPolicies = [new RacingRepeats()];
    return await work(storage, { environment: environment(), builtIn, defaults, repeatPolicies, ownsStorage: owned });
  } catch (error) {
    if (owned) await storage.close();
    throw error;
  }
}

function checkObject(where: string, options: unknown, ...needed: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new AsktellError(
      'invalid-argument',
      `${where}: options must be an object, not ${show(options)}. Pass an object.`,
    );
  }
  for (const key of needed) {
    if ((options as { readonly [key: string]: unknown })[key] === undefined) {
      throw new AsktellError(
        'invalid-argument',
        `${where}: ${key} is missing. Pass it, for example ${key}: ${key === 'storage' ? "'study.db'" : "'my study'"}.`,
      );
    }
  }
}
