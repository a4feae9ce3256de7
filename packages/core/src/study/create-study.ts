import { hasMembers, isAnything, isPlain, isWhole, isWord, type Looks } from '../checks/plain.ts';
import type { StudyEnvironment } from '../environment.ts';
import type { Direction } from '../history/trial-record.ts';
import { NopPruner } from '../pruner/nop.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Sampler } from '../sampler/sampler.ts';
import type { DeclaredSpace } from '../space/declared-space.ts';
import type { FlatParams, InferParams, Space } from '../space/infer.ts';
import { compileLeaves } from '../space/leaves.ts';
import type { Storage } from '../storage/storage.ts';
import type { HandleOptions } from './handle.ts';
import { lazy } from './lazy.ts';
import { makersFor } from './makers.ts';
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
  const sampler = options?.sampler ?? options?.defaults?.sampler;
  if (!isPlainStudy(options) || !isSampler(sampler) || options.loadIfExists || options.storage?.capabilities.shared)
    return lazy.seldom(({ createAny }) => createAny<ParamsOf<S>>(options as CreateStudyOptions, lazy));
  const { direction = 'minimize' } = options;
  const pruner = options.pruner ?? options.defaults?.pruner ?? new NopPruner();
  const space = await readSpace(options);
  const { newStudy } = await makersFor(sampler, pruner, 'allow', lazy);
  return newStudy<ParamsOf<S>>(
    {
      sampler,
      pruner,
      space,
      directions: [direction],
      makeGuard: null,
      seldom: lazy.seldom,
    },
    options as CreateStudyOptions,
  );
}

/** The declared space of a study, if it is given one. */
export async function readSpace(options: {
  readonly space?: Space | undefined;
  readonly environment?: StudyEnvironment;
}): Promise<DeclaredSpace | null> {
  const { space, environment } = options;
  if (space === undefined) return null;
  return compileLeaves(space) ?? lazy.seldom(({ declareSpace }) => declareSpace(space, environment));
}
