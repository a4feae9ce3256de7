import { makeGuard } from '../proposal/tried-points.ts';
import { NopPruner } from '../pruner/nop.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { ownershipOf } from '../workers/ownership.ts';
import type { CreateStudyOptions } from './create-study.ts';
import { declareSpace } from './declare.ts';
import type { Lazy } from './lazy.ts';
import { makersFor } from './makers.ts';
import { resume } from './resume.ts';
import type { Study } from './study.ts';
import { checkCreate, checkSampler } from './study-options.ts';

/** `createStudy` with whatever options: checked in full, for storages that others see too, for studies that may exist. */
export async function createAny<P extends object>(options: CreateStudyOptions, lazy: Lazy): Promise<Study<P>> {
  checkCreate(options);
  const directions = options.directions ?? (options.direction === undefined ? undefined : [options.direction]);
  const pruner = options.pruner ?? options.defaults?.pruner ?? new NopPruner();
  const sampler = options.sampler ?? options.defaults?.sampler;
  const space = options.space === undefined ? null : await declareSpace(options.space, options.environment);
  const storage = options.storage ?? new MemoryStorage();
  const { name, duplicates = 'allow' } = options;
  const stored = async (): Promise<Study<P> | null> => {
    const record = options.loadIfExists === true && name !== undefined ? await storage.findStudy(name) : undefined;
    return record === undefined ? null : resume<P>(record, { ...options, storage }, space, directions, lazy);
  };
  const existing = await stored();
  if (existing !== null) return existing;
  checkSampler(sampler, directions?.length ?? 1);
  const { newStudy } = await makersFor(sampler, pruner, duplicates, lazy);
  try {
    return await newStudy<P>(
      {
        sampler,
        pruner,
        space,
        directions: directions ?? ['minimize'],
        makeGuard: duplicates === 'avoid' ? makeGuard : null,
        ownership: ownershipOf(storage, options),
        seldom: lazy.seldom,
      },
      { ...options, storage },
    );
  } catch (error) {
    // Another worker may have created it between our look and our attempt.
    const raced = await stored();
    if (raced === null) throw error;
    return raced;
  }
}
