import { keys } from '../attribute-keys.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { randomSeed, randomToken } from '../platform.ts';
import { encodeSpace } from '../space/encode.ts';
import { MemoryStorage } from '../storage/memory.ts';
import { LoneWorker } from '../workers/owner.ts';
import type { CreateStudyOptions } from './create-study.ts';
import { readSeed, saveConfig } from './saved-config.ts';
import type { Study } from './study.ts';
import { openStudy, type StudySettings } from './study-handle.ts';

/** What is settled about a new study. */
export interface NewStudySettings extends Omit<StudySettings, 'study' | 'seed' | 'storage' | 'ownership'> {
  /** Default: a worker that nobody else sees. */
  readonly ownership?: LoneWorker;
  readonly directions: readonly Direction[];
}

/** Stores a new study and makes its handle. */
export async function newStudy<P extends object>(
  settings: NewStudySettings,
  options: CreateStudyOptions,
): Promise<Study<P>> {
  const { sampler, pruner, space, directions, makeGuard } = settings;
  const { storage = new MemoryStorage() } = options;
  const { ownership = new LoneWorker(randomToken(), options.environment?.process) } = settings;
  const systemAttrs = new Map<string, Json>([
    [keys.epoch, randomToken()],
    [keys.seed, options.seed ?? randomSeed()],
    [keys.config, saveConfig(sampler, pruner, makeGuard === null ? 'allow' : 'avoid') as unknown as Json],
  ]);
  if (space !== null) systemAttrs.set(keys.space, encodeSpace(space));
  if (options.metricNames !== undefined) systemAttrs.set(keys.metricNames, options.metricNames);
  const name = options.name ?? `no-name-${randomToken()}${randomToken()}`;
  const study = await storage.createStudy({ name, directions, systemAttrs });
  return openStudy<P>({ ...settings, storage, ownership, study, seed: readSeed(study) as number }, options);
}
