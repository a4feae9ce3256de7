import { keys } from '../attribute-keys.ts';
import { checkOptions } from '../checks/checks.ts';
import { AsktellError } from '../errors.ts';
import type { Directions, OneDirection } from '../history/directions.ts';
import { defaultStaleAfter } from '../history/stale.ts';
import { mainFirst, readNames } from '../history/study-metrics.ts';
import type { Json } from '../json.ts';
import { randomSeed, randomToken } from '../platform.ts';
import { encodeSpace } from '../space/encode.ts';
import type { Space } from '../space/infer.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Storage } from '../storage/storage.ts';
import { declareSpace } from './declare-space.ts';
import { defaultPruner, resume } from './load-study.ts';
import { requireSavable } from './part-checks.ts';
import { readFixed, readSeed, registryOf, saveConfig, takeApart } from './saved-config.ts';
import type { Study } from './study.ts';
import { openStudy, type StudySettings } from './study-handle.ts';
import {
  type CreateStudyOptions,
  createChecks,
  type ParamsOf,
  readDirections,
  requireMetricNames,
  requireObjectives,
  type StudyHost,
} from './study-options.ts';

/**
 * Creates a study, or opens it with `loadIfExists`.
 * @throws AsktellError `study-exists`, `study-mismatch`, `invalid-argument`, `invalid-space`, `unsupported`, and
 *   storage errors
 * @example const study = await createStudy({ sampler: new RandomSampler() })
 */
export async function createStudy<
  const S extends Space | undefined = undefined,
  const D extends Directions = OneDirection,
  const M extends string = string,
>(options: CreateStudyOptions<S, Storage, D, M>, host: StudyHost = {}): Promise<Study<ParamsOf<S>, D, M>> {
  checkOptions('createStudy', options, createChecks);
  const directions = readDirections(options);
  const objectives = directions?.length ?? 1;
  const { name, storage = new MemoryStorage(), space, sampler = host.defaults?.sampler } = options;
  if (options.metricNames !== undefined) requireMetricNames(options.metricNames, objectives);
  if (options.sampler !== undefined) requireObjectives(options.sampler, objectives);
  requireSavable(options, host);
  if (options.loadIfExists === true && name === undefined)
    throw new AsktellError(
      'invalid-argument',
      "createStudy: loadIfExists needs a name, without which each call makes a new study. Pass one: { name: 'my-study' }.",
    );
  registryOf('samplers', host.builtIn?.samplers ?? [], options.samplers);
  registryOf('pruners', host.builtIn?.pruners ?? [], options.pruners);
  const declared = space === undefined ? null : await declareSpace(space, host.environment);
  const existing = async (): Promise<Study<ParamsOf<S>, D, M> | null> => {
    const record = options.loadIfExists === true && name !== undefined ? await storage.findStudy(name) : undefined;
    return record === undefined ? null : resume(record, { ...options, storage }, host, declared, directions);
  };
  const found = await existing();
  if (found !== null) return found;
  if (sampler === undefined)
    throw new AsktellError('invalid-argument', 'createStudy: sampler is missing. Pass one: { sampler: … }.');
  requireObjectives(sampler, objectives);
  const settings = {
    storage,
    choice: takeApart(sampler, readFixed(options.fixed)),
    pruner: options.pruner ?? defaultPruner(objectives, host.defaults?.pruner),
    space: declared,
    duplicates: options.duplicates ?? 'allow',
    staleAfter: options.staleAfter ?? defaultStaleAfter,
    toSave: null,
  };
  try {
    const study = await storeStudy(storage, settings, { ...options, directions } as NewStudyOptions);
    const metrics = readNames(study.systemAttrs.get(keys.metrics));
    return openStudy({ ...settings, study, metrics, seed: readSeed(study) as number }, options, host);
  } catch (error) {
    // Another worker may have created it since the first check.
    const raced = await existing();
    if (raced === null) throw error;
    return raced;
  }
}

type NewStudyOptions = Pick<
  CreateStudyOptions<undefined, Storage, Directions>,
  'name' | 'directions' | 'metricNames' | 'metrics' | 'seed'
>;

async function storeStudy(
  storage: Storage,
  { choice, pruner, space, duplicates, staleAfter }: Omit<StudySettings, 'study' | 'seed' | 'metrics'>,
  { name, directions = ['minimize'], metricNames, metrics, seed }: NewStudyOptions,
): Promise<StudySettings['study']> {
  const systemAttrs = new Map<string, Json>([
    [keys.epoch, randomToken()],
    [keys.seed, seed ?? randomSeed()],
    [keys.config, saveConfig(choice, pruner, { duplicates, staleAfter }) as unknown as Json],
  ]);
  if (space !== null) systemAttrs.set(keys.space, encodeSpace(space));
  if (metrics !== undefined) systemAttrs.set(keys.metrics, mainFirst(metrics, metricNames));
  if (metricNames !== undefined) systemAttrs.set(keys.metricNames, metricNames);
  return storage.createStudy({
    name: name ?? `no-name-${randomToken()}${randomToken()}`,
    directions,
    systemAttrs,
  });
}
