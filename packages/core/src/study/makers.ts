import type { DuplicatePolicy } from '../proposal/duplicates.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Learning } from '../session/session.ts';
import type { CreateStudyOptions } from './create-study.ts';
import type { HandleOptions } from './handle.ts';
import type { Lazy } from './lazy.ts';
import { type NewStudySettings, newStudy } from './new-study.ts';
import type { Study } from './study.ts';
import { openStudy, type StudySettings } from './study-handle.ts';

/** Makes the handles of new and of stored studies. */
export interface Makers {
  newStudy<P extends object>(
    settings: Omit<NewStudySettings, 'learning'>,
    options: CreateStudyOptions,
  ): Promise<Study<P>>;
  openStudy<P extends object>(settings: Omit<StudySettings, 'learning'>, options: HandleOptions): Study<P>;
}

/** @param learning what looks at the history; `null` for studies that do without */
export function makersWith(learning: Learning | null): Makers {
  return {
    newStudy: (settings, options) => newStudy({ ...settings, learning }, options),
    openStudy: (settings, options) => openStudy({ ...settings, learning }, options),
  };
}

/** What makes a study with these parts: with what looks at the history, which is loaded, if one of them does. */
export async function makersFor(
  sampler: Sampler,
  pruner: Pruner,
  duplicates: DuplicatePolicy,
  lazy: Lazy,
): Promise<Makers> {
  const { supports, init, propose, generationKey } = sampler;
  const isBlind = supports.blind === true && (init ?? propose ?? generationKey) === undefined;
  const isIdle = pruner.decide === NopPruner.prototype.decide;
  return isBlind && isIdle && duplicates === 'allow' ? makersWith(null) : lazy.learning();
}
