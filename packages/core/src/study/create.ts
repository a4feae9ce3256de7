import { AsktellError, show } from '../errors.ts';
import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { printInfo, printWarning, randomSeed, randomToken } from '../platform.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import { checkSeed } from '../rng/rng.ts';
import type { Sampler } from '../sampler/sampler.ts';
import { compileSpace, type DeclaredSpace } from '../space/compile.ts';
import { decodeSpace, encodeSpace } from '../space/encode.ts';
import type { FlatParams, InferParams, Space } from '../space/infer.ts';
import { keys } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Storage, StudyAttr, StudyRecord } from '../storage/storage.ts';
import { checkDuration, checkKey, checkOptions } from './checks.ts';
import {
  describePart,
  type Registry,
  readConfig,
  restorePruner,
  restoreSampler,
  sameJson,
  saveConfig,
} from './config.ts';
import type { StudyEnvironment } from './environment.ts';
import { compileExpressions } from './expressions.ts';
import { type OrphanPolicy, Ownership } from './owner.ts';
import { Session } from './session.ts';
import { checkMetricNames, Study } from './study.ts';

/** What a study handle needs besides the study. */
export interface HandleOptions {
  /** Name of this worker. Who starts again under the same name takes over the trials it had been running. Default: host, process and a random part. */
  readonly worker?: string;
  /** What to do with trials whose worker died: go on with them (default), fail them, or leave them. */
  readonly orphans?: OrphanPolicy;
  /** Milliseconds after which a worker on another host counts as dead if it does not renew its lease. Default 60,000. */
  readonly leaseMs?: number;
  /** The world around: made by the package `asktell`. Default: warnings to the console, no expressions. */
  readonly environment?: StudyEnvironment;
  /** Restores saved samplers and pruners. Default: knows none. */
  readonly registry?: Registry;
  /** Whether `study.close()` closes the storage, too. Default `false`. */
  readonly ownsStorage?: boolean;
}

export interface CreateStudyOptions<S extends Space | undefined = undefined> extends HandleOptions {
  /** Default `no-name-…`. */
  readonly name?: string;
  /** Default: a new `MemoryStorage`. */
  readonly storage?: Storage;
  readonly sampler: Sampler;
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

const handleNames = ['worker', 'orphans', 'leaseMs', 'environment', 'registry', 'ownsStorage'];
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

const defaultLeaseMs = 60_000;

const consoleEnvironment: StudyEnvironment = {
  process: null,
  output: { interactive: false, columns: 80, info: printInfo, warn: printWarning, status: () => undefined },
  compileExpression: null,
};

/**
 * Creates a study, or opens it with `loadIfExists`.
 * @throws AsktellError `study-exists`, `study-mismatch`, `invalid-argument`, `invalid-space`, `unsupported`, and storage errors
 * @example const study = await createStudy({ sampler: new RandomSampler() })
 */
export async function createStudy<const S extends Space | undefined = undefined>(
  options: CreateStudyOptions<S>,
): Promise<Study<ParamsOf<S>>> {
  checkOptions('createStudy', options, createNames);
  const directions = checkDirections(options);
  const name = options.name ?? `no-name-${randomToken()}${randomToken()}`;
  checkKey('createStudy: name', name);
  const seed = options.seed === undefined ? undefined : checkSeed(options.seed);
  const pruner = options.pruner ?? new NopPruner();
  checkSampler(options.sampler, directions?.length ?? 1);
  const space =
    options.space === undefined ? null : await compileExpressions(compileSpace(options.space), options.environment);
  const metricNames =
    options.metricNames === undefined ? null : checkMetricNames(options.metricNames, directions?.length ?? 1);
  const storage = options.storage ?? new MemoryStorage();
  const existing = options.loadIfExists === true ? await storage.findStudy(name) : undefined;
  if (existing !== undefined) return resume(existing, { ...options, storage }, space, directions);
  const systemAttrs = new Map<string, Json>([
    [keys.epoch, randomToken()],
    [keys.seed, seed ?? randomSeed()],
    [keys.config, saveConfig(options.sampler, pruner) as unknown as Json],
  ]);
  if (space !== null) systemAttrs.set(keys.space, encodeSpace(space));
  if (metricNames !== null) systemAttrs.set(keys.metricNames, metricNames);
  try {
    const record = await storage.createStudy({ name, directions: directions ?? ['minimize'], systemAttrs });
    return open(record, storage, options.sampler, pruner, readSeed(record) as number, space, options);
  } catch (error) {
    // Another worker may have created it between our look and our attempt.
    const raced = options.loadIfExists === true ? await storage.findStudy(name) : undefined;
    if (raced === undefined) throw error;
    return resume(raced, { ...options, storage }, space, directions);
  }
}

/**
 * Opens a study that exists, with the sampler, pruner, seed and space saved with it.
 * @throws AsktellError `study-not-found`, `unknown-sampler`, `unknown-pruner`, `invalid-space`, and storage errors
 */
export async function loadStudy<const S extends Space | undefined = undefined>(
  options: LoadStudyOptions<S>,
): Promise<Study<ParamsOf<S>>> {
  checkOptions('loadStudy', options, loadNames);
  const record = await findOnly(options.storage, options.name);
  const space =
    options.space === undefined ? null : await compileExpressions(compileSpace(options.space), options.environment);
  return resume(record, options, space, undefined);
}

/**
 * Deletes a study with all its trials.
 * @throws AsktellError `study-not-found`
 */
export async function deleteStudy(options: { readonly name: string; readonly storage: Storage }): Promise<void> {
  const record = await findOnly(options.storage, options.name);
  await options.storage.deleteStudy(record.ref);
}

/** What the storage holds, in order of creation. */
export async function listStudies(options: { readonly storage: Storage }): Promise<StudySummary[]> {
  const { storage } = options;
  const summaries: StudySummary[] = [];
  for (const record of await storage.listStudies()) {
    const study = open(
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

async function findOnly(storage: Storage, name: string | undefined): Promise<StudyRecord> {
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

interface ResumeOptions extends HandleOptions {
  readonly storage: Storage;
  readonly sampler?: Sampler;
  readonly pruner?: Pruner;
  readonly seed?: number;
}

/** Opens a stored study. What is passed wins over what is saved, is saved from then on, and is named in one notice. */
async function resume<P extends object>(
  record: StudyRecord,
  options: ResumeOptions,
  given: DeclaredSpace | null,
  directions: readonly Direction[] | undefined,
): Promise<Study<P>> {
  if (directions !== undefined && !sameJson(directions, record.directions)) {
    throw new AsktellError(
      'study-mismatch',
      `Study ${show(record.ref.name)} has directions ${show(record.directions)}, and ${show(directions)} cannot replace them; use another name.`,
    );
  }
  const registry = options.registry ?? { samplers: {}, pruners: {} };
  const saved = readConfig(record.systemAttrs.get(keys.config));
  const sampler = options.sampler ?? (saved === null ? undefined : restoreSampler(saved.sampler, registry));
  if (sampler === undefined) {
    throw new AsktellError(
      'unknown-sampler',
      `Study ${show(record.ref.name)} was not made by Asktell, so no sampler is saved with it; pass one: { sampler: … }.`,
    );
  }
  const pruner = options.pruner ?? (saved === null ? new NopPruner() : restorePruner(saved.pruner, registry));
  checkSampler(sampler, record.directions.length);
  const storedSpace = record.systemAttrs.get(keys.space);
  const space =
    given ??
    (storedSpace === undefined
      ? null
      : await compileExpressions(compileSpace(decodeSpace(storedSpace)), options.environment));
  const storedSeed = readSeed(record);
  const seed = options.seed === undefined ? (storedSeed ?? randomSeed()) : checkSeed(options.seed);

  const changes: string[] = [];
  const attrs: StudyAttr[] = [];
  const save = (key: string, value: Json): void => void attrs.push({ scope: 'system', key, value });
  const config = saveConfig(sampler, pruner);
  if (!sameJson(config as unknown as Json, saved as unknown as Json)) save(keys.config, config as unknown as Json);
  if (saved !== null && !sameJson(config.sampler as unknown as Json, saved.sampler as unknown as Json))
    changes.push(`sampler ${describePart(saved.sampler)} → ${describePart(config.sampler)}`);
  if (saved !== null && !sameJson(config.pruner as unknown as Json, saved.pruner as unknown as Json))
    changes.push(`pruner ${describePart(saved.pruner)} → ${describePart(config.pruner)}`);
  if (storedSeed !== seed) save(keys.seed, seed);
  if (storedSeed !== undefined && storedSeed !== seed) changes.push(`seed ${storedSeed} → ${seed}`);
  if (given !== null && !sameJson(encodeSpace(given), storedSpace)) {
    save(keys.space, encodeSpace(given));
    if (storedSpace !== undefined) changes.push('space');
  }
  if (attrs.length > 0) await options.storage.setStudyAttrs(record.ref, attrs);
  if (changes.length > 0) {
    (options.environment ?? consoleEnvironment).output.warn(
      `Study ${show(record.ref.name)} goes on with other settings than it was stored with: ${changes.join('; ')}.`,
    );
  }
  return open(record, options.storage, sampler, pruner, seed, space, options);
}

function readSeed(record: StudyRecord): number | undefined {
  const seed = record.systemAttrs.get(keys.seed);
  return typeof seed === 'number' ? seed : typeof seed === 'bigint' ? Number(seed) : undefined;
}

function open<P extends object>(
  study: StudyRecord,
  storage: Storage,
  sampler: Sampler,
  pruner: Pruner,
  seed: number,
  space: DeclaredSpace | null,
  options: HandleOptions,
): Study<P> {
  const environment = options.environment ?? consoleEnvironment;
  const { orphans = 'reclaim', leaseMs = defaultLeaseMs } = options;
  if (!['reclaim', 'fail', 'leave'].includes(orphans))
    throw new AsktellError('invalid-argument', `orphans is 'reclaim', 'fail' or 'leave', not ${show(orphans)}.`);
  if (options.worker !== undefined) checkKey('worker', options.worker);
  const ownership = new Ownership({
    worker: options.worker,
    session: randomToken(),
    process: environment.process,
    leaseMs: storage.capabilities.shared ? checkDuration('leaseMs', leaseMs) : null,
    clock: wallClock,
  });
  const session = new Session({ storage, study, sampler, pruner, seed, environment, ownership, orphans });
  return new Study<P>(session, space, options.ownsStorage === true);
}

/** Milliseconds since 1970, as other hosts count them. Read seldom: leases need no precision. */
const wallClock = (): number => Date.now();

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

function checkSampler(sampler: unknown, objectives: number): asserts sampler is Sampler {
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
