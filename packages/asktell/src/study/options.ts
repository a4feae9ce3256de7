import type {
  CopyStudyOptions as CopyOptions,
  CreateStudyOptions as CreateOptions,
  LoadStudyOptions as LoadOptions,
  Space,
  Storage,
} from '@asktell/core';

/**
 * A storage: `'study.db'`, `'sqlite:///relative.db'`, `'sqlite:////absolute.db'`, `':memory:'`, or a storage object. What
 * opens a string also closes it: `study.close()`, or the function when it returns.
 */
export type StorageOption = Storage | string;

/** Options of {@link createStudy}. */
export interface CreateStudyOptions<S extends Space | undefined = undefined> extends CreateOptions<S, StorageOption> {}

/** Options of {@link loadStudy}. An option that is given replaces the saved one, is saved in its place, and is named in a notice. */
export interface LoadStudyOptions<S extends Space | undefined = undefined> extends LoadOptions<S, StorageOption> {}

/** Options of {@link copyStudy}. */
export interface CopyStudyOptions extends CopyOptions<StorageOption> {}
