import {
  AsktellError,
  type CreateStudyOptions,
  createStudy,
  NopPruner,
  type Space,
  type Storage,
  type Study,
  show,
} from '@asktell/core';
import type { AnyStudy } from '../honest/outer-folds.ts';
import type { SearchOptions, StudyFactory } from './options.ts';
import type { SearchPlan } from './search-plan.ts';

/** User attributes of a study: the rows and folds, and the scorers, that it was made with. */
const dataAttribute = 'cv:data';
const scorersAttribute = 'cv:scorers';

/** The study of a search, and whether the search created it. */
export interface OpenStudy {
  readonly study: Study<object>;
  readonly isOwn: boolean;
}

/**
 * Creates the study, opens the stored one, or checks the given one.
 * @throws AsktellError `invalid-argument` for a given study with another direction, and errors of `createStudy`
 */
export async function openStudy<P>(
  where: string,
  { space, sampler, duplicates }: SearchPlan<P>,
  options: SearchOptions<P>,
): Promise<OpenStudy> {
  if (isStudy(space)) {
    const study = space as Study<object>;
    if (study.directions.length !== 1 || study.direction !== 'maximize')
      throw new AsktellError(
        'invalid-argument',
        `${where}: the study must have the direction 'maximize', because larger scores are better, not ${show(study.directions)}.`,
      );
    return { study, isOwn: false };
  }
  const { storage, name, seed, worker, pruner = new NopPruner() } = options;
  const create = options.createStudy ?? (createStudy as unknown as StudyFactory);
  const given = {
    storage,
    seed,
    worker,
    sampler,
    duplicates,
    name: name ?? (storage === undefined ? undefined : where),
  };
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const fixed = { space, pruner, direction: 'maximize', loadIfExists: 'name' in known };
  const study = await create({ ...known, ...fixed } as CreateStudyOptions<Space, Storage | string>);
  return { study: study as unknown as Study<object>, isOwn: true };
}

/**
 * Stores what the scores of the study depend on.
 * @throws AsktellError `study-mismatch` if it has scores of other data, or by other scorers
 */
export async function claimStudy(
  where: string,
  study: Study<object>,
  fingerprint: string,
  scorers: string,
): Promise<void> {
  const attrs = await study.userAttrs();
  for (const [key, value, what, cure] of [
    [dataAttribute, fingerprint, 'other rows or folds', 'data and cv'],
    [scorersAttribute, scorers, 'other scorers', 'scoring and refit'],
  ] as const) {
    const stored = attrs[key];
    if (stored !== undefined && stored !== value)
      throw new AsktellError(
        'study-mismatch',
        `${where}: study ${show(study.name)} was made with ${what} (${show(stored)}, now ${show(value)}), so its scores cannot be compared. Pass the same ${cure}, or another name.`,
      );
  }
  if (attrs[dataAttribute] === undefined) await study.setUserAttr(dataAttribute, fingerprint);
  if (attrs[scorersAttribute] === undefined) await study.setUserAttr(scorersAttribute, scorers);
}

/** Whether a space or a study was given. */
export function isStudy(value: Space | AnyStudy): value is AnyStudy {
  return typeof (value as AnyStudy).ask === 'function' && typeof (value as AnyStudy).bestTrial === 'function';
}
