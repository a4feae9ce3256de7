import type { Direction } from '../history/trial-record.ts';
import type { Json } from '../json.ts';
import { randomSeed, randomToken } from '../platform.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import { encodeSpace } from '../space/encode.ts';
import type { FlatParams, InferParams, Space } from '../space/infer.ts';
import { compileLeaves } from '../space/leaves.ts';
import { keys } from '../storage/keys.ts';
import { MemoryStorage } from '../storage/memory.ts';
import type { Storage } from '../storage/storage.ts';
import { readSeed, saveConfig } from './config.ts';
import type { StudyEnvironment } from './environment.ts';
import type { HandleOptions } from './handle.ts';
import { seldom } from './load-seldom.ts';
import { openStudy } from './open-study.ts';
import { LoneWorker } from './owner.ts';
import { hasMembers, isAnything, isPlain, isWhole, isWord, type Looks } from './plain.ts';
import type { Study } from './study.ts';

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

export type ParamsOf<S> = S extends Space ? InferParams<S> : FlatParams;

const looks: Looks = {
  name: isWord,
  storage: (value) => hasMembers(value, 'function', 'ask', 'write') && hasMembers(value, 'object', 'capabilities'),
  sampler: isSampler,
  pruner: (value) =>
    hasMembers(value, 'string', 'name') &&
    hasMembers(value, 'object', 'config') &&
    hasMembers(value, 'function', 'decide'),
  direction: (value) => value === 'minimize' || value === 'maximize',
  seed: isWhole,
  space: isAnything, // compiled below
  loadIfExists: isAnything,
  environment: isAnything,
  defaults: isAnything,
  registry: isAnything,
  ownsStorage: isAnything,
};

function isSampler(value: unknown): value is Sampler {
  return (
    hasMembers(value, 'string', 'name') &&
    hasMembers(value, 'object', 'config', 'supports') &&
    (hasMembers(value, 'function', 'sampleOne') || hasMembers(value, 'function', 'propose'))
  );
}

/** Whether `createStudy` has no need of the full checks. */
export function isPlainStudy(options: unknown): boolean {
  return options !== undefined && isPlain(options, looks);
}

/**
 * Creates a study, or opens it with `loadIfExists`.
 * @throws AsktellError `study-exists`, `study-mismatch`, `invalid-argument`, `invalid-space`, `unsupported`, and storage errors
 * @example const study = await createStudy({ sampler: new RandomSampler() })
 */
export async function createStudy<const S extends Space | undefined = undefined>(
  options: CreateStudyOptions<S>,
): Promise<Study<ParamsOf<S>>> {
  if (!isPlainStudy(options)) await seldom(({ checkCreate }) => checkCreate(options as CreateStudyOptions));
  const directions = options.directions ?? (options.direction === undefined ? undefined : [options.direction]);
  const name = options.name ?? `no-name-${randomToken()}${randomToken()}`;
  const pruner = options.pruner ?? options.defaults?.pruner ?? new NopPruner();
  const sampler = options.sampler ?? options.defaults?.sampler;
  const space = await readSpace(options);
  const storage = options.storage ?? new MemoryStorage();
  const existing = options.loadIfExists === true ? await storage.findStudy(name) : undefined;
  if (existing !== undefined)
    return seldom(({ resume }) => resume<ParamsOf<S>>(existing, { ...options, storage }, space, directions, seldom));
  const objectives = directions?.length ?? 1;
  if (!isSampler(sampler) || objectives > 1) await seldom(({ checkSampler }) => checkSampler(sampler, objectives));
  const duplicates = options.duplicates ?? 'allow';
  const systemAttrs = new Map<string, Json>([
    [keys.epoch, randomToken()],
    [keys.seed, options.seed ?? randomSeed()],
    [keys.config, saveConfig(sampler as Sampler, pruner, duplicates) as unknown as Json],
  ]);
  if (space !== null) systemAttrs.set(keys.space, encodeSpace(space));
  if (options.metricNames !== undefined) systemAttrs.set(keys.metricNames, options.metricNames);
  const makeGuard = duplicates === 'avoid' ? await seldom((loaded) => loaded.makeGuard) : null;
  const ownership =
    storage.capabilities.shared || options.worker !== undefined
      ? await seldom(({ ownershipOf }) => ownershipOf(storage, options))
      : new LoneWorker(randomToken(), options.environment?.process);
  try {
    const study = await storage.createStudy({ name, directions: directions ?? ['minimize'], systemAttrs });
    const seed = readSeed(study) as number;
    return openStudy(
      { study, storage, sampler: sampler as Sampler, pruner, seed, space, makeGuard, ownership, seldom },
      options,
    );
  } catch (error) {
    // Another worker may have created it between our look and our attempt.
    const raced = options.loadIfExists === true ? await storage.findStudy(name) : undefined;
    if (raced === undefined) throw error;
    return seldom(({ resume }) => resume<ParamsOf<S>>(raced, { ...options, storage }, space, directions, seldom));
  }
}

/** The declared space of a study, if it is given one. */
export async function readSpace(options: {
  readonly space?: Space | undefined;
  readonly environment?: StudyEnvironment;
}): Promise<DeclaredSpace | null> {
  const { space, environment } = options;
  if (space === undefined) return null;
  return compileLeaves(space) ?? seldom(({ declareSpace }) => declareSpace(space, environment));
}
