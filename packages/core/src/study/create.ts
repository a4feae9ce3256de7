import { AsktellError, show } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { randomSeed, randomToken } from '../platform.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { checkSeed } from '../rng/rng.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { compileSpace, type DeclaredSpace } from '../space/compile.ts';
import { encodeSpace } from '../space/encode.ts';
import type { FlatParams, InferParams, Space } from '../space/infer.ts';
import { keys } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Storage, StudyRecord } from '../storage/storage.ts';
import { checkKey, checkOptions } from './checks.ts';
import { readSeed, saveConfig } from './config.ts';
import { loadGuard } from './duplicates.ts';
import { withExpressions } from './expressions.ts';
import { checkHandle, checkSampler, checkStorage, type HandleOptions, handleNames } from './handle.ts';
import { openStudy } from './open-study.ts';
import type { ResumeOptions } from './resume.ts';
import { checkMetricNames, type Study } from './study.ts';

export interface CreateStudyOptions<S extends Space | undefined = undefined> extends HandleOptions {
  /** Default `no-name-…`. */
  readonly name?: string;
  /** Default: a new `MemoryStorage`. */
  readonly storage?: Storage;
  /** Needed for a new study; an existing one has it saved. */
  readonly sampler?: Sampler;
  /** Default `NopPruner`. */
  readonly pruner?: Pruner;
  /** Default `minimize`. */
  readonly direction?: Direction;
  /** Several objectives: one direction each. */
  readonly directions?: readonly Direction[];
  readonly metricNames?: readonly string[];
  /** Whole number from 0 to 2^53 - 1. Default: random. Stored with the study, so that resuming goes on as if never interrupted. */
  readonly seed?: number;
  /** The space that `ask()`, `take` and `optimize` propose from. Stored with the study. */
  readonly space?: S;
  /** Open the study if it exists, with a notice of what differs. */
  readonly loadIfExists?: boolean;
}

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

/** What {@link listStudies} tells about a study. */
export interface StudySummary {
  readonly name: string;
  readonly directions: readonly Direction[];
  readonly metricNames: readonly string[] | null;
  readonly trials: number;
  readonly userAttrs: { readonly [key: string]: Json };
  /** Start of the first trial. */
  readonly datetimeStart: Date | undefined;
  readonly bestValue: number | undefined;
}

type ParamsOf<S> = S extends Space ? InferParams<S> : FlatParams;

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
const loadNames = [...handleNames, 'name', 'storage', 'sampler', 'pruner', 'seed', 'space'];

/**
 * Creates a study, or opens it with `loadIfExists`.
 * @throws AsktellError `study-exists`, `study-mismatch`, `invalid-argument`, `invalid-space`, `unsupported`, and storage errors
 * @example const study = await createStudy({ sampler: new RandomSampler() })
 */
export async function createStudy<const S extends Space | undefined = undefined>(
  options: CreateStudyOptions<S>,
): Promise<Study<ParamsOf<S>>> {
  checkOptions('createStudy', options ?? null, createNames);
  checkHandle(options);
  const directions = checkDirections(options);
  const name = options.name ?? `no-name-${randomToken()}${randomToken()}`;
  checkKey('createStudy: name', name);
  const seed = options.seed === undefined ? undefined : checkSeed(options.seed);
  const pruner = options.pruner ?? options.defaults?.pruner ?? new NopPruner();
  const sampler = options.sampler ?? options.defaults?.sampler;
  if (options.sampler !== undefined) checkSampler(options.sampler, directions?.length ?? 1);
  const space =
    options.space === undefined ? null : await withExpressions(compileSpace(options.space), options.environment);
  const metricNames =
    options.metricNames === undefined ? null : checkMetricNames(options.metricNames, directions?.length ?? 1);
  const storage = options.storage ?? new MemoryStorage();
  const existing = options.loadIfExists === true ? await storage.findStudy(name) : undefined;
  if (existing !== undefined) return resumeStudy(existing, { ...options, storage }, space, directions);
  checkSampler(sampler, directions?.length ?? 1);
  const systemAttrs = new Map<string, Json>([
    [keys.epoch, randomToken()],
    [keys.seed, seed ?? randomSeed()],
    [keys.config, saveConfig(sampler, pruner, options.duplicates ?? 'allow') as unknown as Json],
  ]);
  if (space !== null) systemAttrs.set(keys.space, encodeSpace(space));
  if (metricNames !== null) systemAttrs.set(keys.metricNames, metricNames);
  const guard = await loadGuard(options.duplicates ?? 'allow');
  try {
    const record = await storage.createStudy({ name, directions: directions ?? ['minimize'], systemAttrs });
    return openStudy(record, storage, sampler, pruner, readSeed(record) as number, space, options, guard);
  } catch (error) {
    // Another worker may have created it between our look and our attempt.
    const raced = options.loadIfExists === true ? await storage.findStudy(name) : undefined;
    if (raced === undefined) throw error;
    return resumeStudy(raced, { ...options, storage }, space, directions);
  }
}

/** Opens a stored study, with what is saved and what is passed. */
async function resumeStudy<P extends object>(
  record: StudyRecord,
  options: ResumeOptions,
  given: DeclaredSpace | null,
  directions: readonly Direction[] | undefined,
): Promise<Study<P>> {
  const { settle } = await import('./seldom.ts');
  const { sampler, pruner, seed, space, duplicates } = await settle(record, options, given, directions);
  const guard = await loadGuard(duplicates);
  return openStudy(record, options.storage, sampler, pruner, seed, space, options, guard);
}

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
  const space =
    options.space === undefined ? null : await withExpressions(compileSpace(options.space), options.environment);
  return resumeStudy(record, options, space, undefined);
}

/**
 * Deletes a study with all its trials.
 * @throws AsktellError `study-not-found`
 */
export async function deleteStudy(options: { readonly name: string; readonly storage: Storage }): Promise<void> {
  checkOptions('deleteStudy', options ?? null, ['name', 'storage']);
  checkKey('deleteStudy: name', options.name); // the only one is not meant because nothing was said
  const record = await findOnly(options.storage, options.name);
  await options.storage.deleteStudy(record.ref);
}

/** What the storage holds, in order of creation. */
export async function listStudies(options: { readonly storage: Storage }): Promise<StudySummary[]> {
  checkOptions('listStudies', options ?? null, ['storage']);
  const { storage } = options;
  checkStorage(storage);
  const summaries: StudySummary[] = [];
  for (const record of await storage.listStudies()) {
    const study = openStudy(
      record,
      storage,
      { name: 'none', config: { version: 1, options: {} }, supports: { objectives: 'many' } },
      new NopPruner(),
      0,
      null,
      {},
    );
    const { history } = study;
    const best = record.directions.length === 1 ? await study.bestValue() : await study.trials().then(() => undefined);
    summaries.push({
      name: record.ref.name,
      directions: record.directions,
      metricNames: study.metricNames,
      trials: history.size,
      userAttrs: Object.fromEntries(record.userAttrs),
      datetimeStart: firstStart(history.startedAt.subarray(0, history.size)),
      bestValue: best,
    });
  }
  return summaries;
}

function firstStart(stamps: Float64Array): Date | undefined {
  let first = Number.POSITIVE_INFINITY;
  for (const stamp of stamps) if (stamp < first) first = stamp; // NaN, while waiting, is no less
  return first === Number.POSITIVE_INFINITY ? undefined : new Date(first / 1000);
}

/** The study of that name, or the only one there is. */
export async function findOnly(storage: Storage, name: string | undefined): Promise<StudyRecord> {
  checkStorage(storage);
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
