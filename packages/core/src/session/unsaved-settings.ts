import { keys } from '../attribute-keys.ts';
import { andThen, isPromise } from '../awaitable.ts';
import type { Awaitable } from '../json.ts';
import type { Storage, StudyAttr, StudyRef } from '../storage/storage.ts';

/** Settings that a study was opened with and that differ from the saved ones. */
export interface SettingsToSave {
  readonly attrs: readonly StudyAttr[];
  /** Whether the seed was drawn because the study had none. Another worker may have drawn one since. */
  readonly isSeedDrawn: boolean;
}

/** Saves the settings of an opened study with its first write, because opening a study must not change it. */
export class UnsavedSettings {
  readonly #storage: Storage;
  readonly #study: StudyRef;
  readonly #adoptSeed: (seed: number) => void;
  #toSave: SettingsToSave | null;
  #saving: Promise<void> | null = null;

  /** @param adoptSeed called with the seed that another worker has saved in the meantime */
  constructor(storage: Storage, study: StudyRef, toSave: SettingsToSave | null, adoptSeed: (seed: number) => void) {
    this.#storage = storage;
    this.#study = study;
    this.#toSave = toSave;
    this.#adoptSeed = adoptSeed;
  }

  /**
   * Must be called before every write.
   * @throws AsktellError `storage-readonly`, and other storage errors
   */
  save(): Awaitable<void> {
    if (this.#toSave === null) return;
    if (this.#saving !== null) return this.#saving;
    const saved = this.#save(this.#toSave);
    if (!isPromise(saved)) return;
    this.#saving = saved.finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  #save({ attrs, isSeedDrawn }: SettingsToSave): Awaitable<void> {
    const saved = isSeedDrawn
      ? andThen(this.#storage.findStudy(this.#study.name), (record) => {
          const seed = record?.systemAttrs.get(keys.seed);
          if (typeof seed !== 'number') return this.#storage.setStudyAttrs(this.#study, attrs);
          this.#adoptSeed(seed);
          const others = attrs.filter(({ key }) => key !== keys.seed);
          return others.length === 0 ? undefined : this.#storage.setStudyAttrs(this.#study, others);
        })
      : this.#storage.setStudyAttrs(this.#study, attrs);
    return andThen(saved, () => {
      this.#toSave = null;
    });
  }
}
