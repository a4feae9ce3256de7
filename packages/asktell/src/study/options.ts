import type {
  CopyStudyOptions as CopyOptions,
  CreateStudyOptions as CreateOptions,
  Directions,
  LoadStudyOptions as LoadOptions,
  OneDirection,
  Space,
  Storage,
} from '@asktell/core';

/**
 * A storage: `'study.db'`, `'sqlite:///relative.db'`, `'sqlite:////absolute.db'`, `':memory:'`, or a storage object. A
 * storage that was opened from a string is closed by `study.close()`, or when a function such as `listStudies` returns.
 */
export type StorageOption = Storage | string;

/** Options of {@link createStudy}. */
export interface CreateStudyOptions<
  S extends Space | undefined = undefined,
  D extends Directions = OneDirection,
  M extends string = string,
> extends CreateOptions<S, StorageOption, D, M> {}

/** Options of {@link loadStudy}. A given option replaces the saved one in the study, and a notice reports the change. */
export interface LoadStudyOptions<S extends Space | undefined = undefined, M extends string = string>
  extends LoadOptions<S, StorageOption, M> {}

/** Options of {@link copyStudy}. */
export interface CopyStudyOptions extends CopyOptions<StorageOption> {}
