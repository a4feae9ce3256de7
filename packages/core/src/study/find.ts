import { AsktellError, show } from '../errors.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { checkStorage } from './study-options.ts';

/** The study of that name, which Optuna may have given it (an empty one, or one too long for us), or the only one there is. */
export async function findOnly(storage: Storage, name: string | null | undefined): Promise<StudyRecord> {
  checkStorage(storage);
  if (name !== undefined && typeof name !== 'string')
    throw new AsktellError('invalid-argument', `The name of a study is a string, not ${show(name)}.`);
  if (name !== undefined) {
    const record = await storage.findStudy(name);
    if (record !== undefined) return record;
  }
  const names = (await storage.listStudies()).map((study) => study.ref.name);
  if (name === undefined && names.length === 1) return (await storage.findStudy(names[0] as string)) as StudyRecord;
  const has =
    names.length === 0
      ? 'it holds none; create one'
      : `it holds ${names.slice(0, 10).map(show).join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
  throw new AsktellError(
    'study-not-found',
    name === undefined
      ? `Which study? Give its name: ${has}.`
      : `There is no study ${show(name)} in this storage: ${has}.`,
  );
}
