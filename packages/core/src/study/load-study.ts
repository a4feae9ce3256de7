import { checkOptions } from '../checks/checks.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Space } from '../space/infer.ts';
import type { Storage } from '../storage/storage.ts';
import { type ParamsOf, readSpace } from './create-study.ts';
import { findOnly } from './find.ts';
import type { HandleOptions } from './handle.ts';
import { lazy } from './lazy.ts';
import type { Study } from './study.ts';
import { checkHandle, handleNames } from './study-options.ts';

export interface LoadStudyOptions<S extends Space | undefined = undefined> extends HandleOptions {
  /** May be left out when the storage holds exactly one study. */
  readonly name?: string;
  readonly storage: Storage;
  /** Instead of the saved one. */
  readonly sampler?: Sampler;
  readonly pruner?: Pruner;
  readonly seed?: number;
  readonly space?: S;
}

const loadNames = [...handleNames, 'name', 'storage', 'sampler', 'pruner', 'seed', 'space'];

/**
 * Opens a study that exists, with the sampler, pruner, seed and space saved with it.
 * @throws AsktellError `study-not-found`, `unknown-sampler`, `unknown-pruner`, `invalid-space`, and storage errors
 */
export async function loadStudy<const S extends Space | undefined = undefined>(
  options: LoadStudyOptions<S>,
): Promise<Study<ParamsOf<S>>> {
  checkOptions('loadStudy', options ?? null, loadNames);
  checkHandle(options);
  const record = await findOnly(options.storage, options.name);
  const space = await readSpace(options);
  return lazy.seldom(({ resume }) => resume<ParamsOf<S>>(record, options, space, undefined, lazy));
}
