import { checkDuration, checkOptions } from '../checks/checks.ts';
import { checkName } from '../checks/names.ts';
import { AsktellError, show } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { checkSeed } from '../rng/seed.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { Storage } from '../storage/storage.ts';
import type { CreateStudyOptions } from './create-study.ts';
import { defaultLeaseMs, type HandleOptions } from './handle.ts';

/** Names of the {@link HandleOptions}. */
export const handleNames: readonly string[] = [
  'worker',
  'orphans',
  'duplicates',
  'leaseMs',
  'environment',
  'defaults',
  'registry',
  'ownsStorage',
];

const createNames = [
  ...handleNames,
  'name',
  'storage',
  'sampler',
  'pruner',
  'direction',
  'directions',
  'metricNames',
  'seed',
  'space',
  'loadIfExists',
];

/**
 * What can be wrong with the options of `createStudy`, but for the space and for a sampler that is missing.
 * @throws AsktellError `invalid-argument`, `unsupported`
 */
export function checkCreate(options: CreateStudyOptions): void {
  checkOptions('createStudy', options ?? null, createNames);
  checkHandle(options);
  const objectives = checkDirections(options)?.length ?? 1;
  if (options.name !== undefined) checkName('createStudy: name', options.name);
  if (options.seed !== undefined) checkSeed(options.seed);
  if (options.sampler !== undefined) checkSampler(options.sampler, objectives);
  if (options.metricNames !== undefined) checkMetricNames(options.metricNames, objectives);
}

/**
 * What can be wrong with a handle, before anything is written.
 * @throws AsktellError `invalid-argument`
 */
export function checkHandle(options: HandleOptions & { readonly storage?: unknown; readonly pruner?: unknown }): void {
  const { orphans = 'reclaim', duplicates = 'allow', leaseMs = defaultLeaseMs, worker, storage, pruner } = options;
  if (!['reclaim', 'fail', 'leave'].includes(orphans))
    throw new AsktellError('invalid-argument', `orphans is 'reclaim', 'fail' or 'leave', not ${show(orphans)}.`);
  if (!['allow', 'avoid'].includes(duplicates))
    throw new AsktellError('invalid-argument', `duplicates is 'allow' or 'avoid', not ${show(duplicates)}.`);
  checkDuration('leaseMs', leaseMs);
  if (worker !== undefined) checkName('worker', worker);
  if (storage !== undefined) checkStorage(storage);
  if (pruner !== undefined) checkPruner(pruner);
}

/** @throws AsktellError `invalid-argument` */
export function checkStorage(storage: unknown): asserts storage is Storage {
  const { capabilities, ask, write } = (storage ?? {}) as Partial<Storage>;
  if (typeof capabilities === 'object' && typeof ask === 'function' && typeof write === 'function') return;
  throw new AsktellError(
    'invalid-argument',
    `storage must be an open storage, such as new MemoryStorage(), not ${show(storage)}.`,
  );
}

function checkPruner(pruner: unknown): void {
  const { name, config, decide } = (pruner ?? {}) as Partial<Pruner>;
  if (typeof name === 'string' && typeof config === 'object' && typeof decide === 'function') return;
  throw new AsktellError('invalid-argument', `A pruner has name, config and decide; ${show(pruner)} has not.`);
}

/** @throws AsktellError `invalid-argument`, `unsupported` */
export function checkSampler(sampler: unknown, objectives: number): asserts sampler is Sampler {
  const { name, config, supports, sampleOne, propose } = (sampler ?? {}) as Partial<Sampler>;
  if (
    typeof name !== 'string' ||
    typeof config !== 'object' ||
    typeof supports !== 'object' ||
    (sampleOne === undefined && propose === undefined)
  ) {
    throw new AsktellError(
      'invalid-argument',
      `A sampler has name, config, supports, and propose or sampleOne; ${show(sampler)} has not.`,
    );
  }
  if (objectives > 1 && supports.objectives !== 'many') {
    throw new AsktellError(
      'unsupported',
      `Sampler ${show(name)} handles one objective, and the study has ${objectives}; use another sampler.`,
    );
  }
}

function checkDirections(options: {
  readonly direction?: unknown;
  readonly directions?: unknown;
}): readonly Direction[] | undefined {
  const { direction, directions } = options;
  if (direction !== undefined && directions !== undefined)
    throw new AsktellError('invalid-argument', 'Give direction (one objective) or directions (several), not both.');
  if (Array.isArray(direction))
    throw new AsktellError(
      'invalid-argument',
      `direction is one word; for several objectives pass directions: ${show(direction)}.`,
    );
  if (direction === undefined && directions === undefined) return undefined;
  const list: unknown = directions ?? [direction];
  if (!Array.isArray(list) || list.length === 0)
    throw new AsktellError(
      'invalid-argument',
      `directions must be a non-empty array of 'minimize' and 'maximize', not ${show(list)}.`,
    );
  for (const word of list as readonly unknown[]) {
    if (word !== 'minimize' && word !== 'maximize')
      throw new AsktellError('invalid-argument', `A direction is 'minimize' or 'maximize', not ${show(word)}.`);
  }
  return list as readonly Direction[];
}

/** @throws AsktellError `invalid-argument` */
export function checkMetricNames(names: unknown, objectives: number): readonly string[] {
  if (
    !Array.isArray(names) ||
    names.length !== objectives ||
    names.some((name) => typeof name !== 'string' || name === '')
  ) {
    throw new AsktellError(
      'invalid-argument',
      `metricNames must be ${objectives} non-empty string(s), one per objective, not ${show(names)}.`,
    );
  }
  if (new Set(names).size !== names.length)
    throw new AsktellError('invalid-argument', `metricNames must differ: ${show(names)}.`);
  return names as readonly string[];
}
