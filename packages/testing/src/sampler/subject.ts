import {
  categorical,
  compileSpace,
  type Distribution,
  float,
  int,
  MemoryStorage,
  oneOf,
  type Sampler,
  type Space,
  type Storage,
} from '@asktell/core';
import type fc from 'fast-check';
import type { StorageSubject } from '../storage/subject.ts';

/** A storage for the laws about restarts and concurrent workers. */
export interface NamedStorage extends StorageSubject {
  readonly name: string;
}

/** The study that a sampler is created for. */
export interface SamplerTarget {
  /** The declared space, or `null` for define-by-run. */
  readonly space: Space | null;
  /** All parameters of the space. Without a declared space, all parameters that trials suggest. */
  readonly params: readonly SuggestedParam[];
}

export interface SuggestedParam {
  readonly name: string;
  readonly dist: Distribution;
}

/** The sampler under test, and the spaces and storages that it is tested on. */
export interface SamplerSubject {
  /** Creates the sampler for a study. Called for each worker and restart. Most samplers can ignore the argument. */
  readonly make: (target: SamplerTarget) => Sampler;
  /** The spaces that most laws sample from. Default: `arbitrarySpace()`, with `finite: true` for exclusive samplers. */
  readonly spaces?: fc.Arbitrary<Space>;
  /**
   * The space for laws that need many trials. It must have at least 60 points.
   * Default: {@link mixedSpace}, or {@link finiteSpace} for exclusive samplers.
   */
  readonly space?: Space;
  /** Storages for the laws about restarts and concurrent workers. Default: {@link memory}. */
  readonly storages?: readonly NamedStorage[];
}

/**
 * A space with a parameter of each kind, a single-valued parameter and branches.
 * @example testSampler('mine', { make: () => new MySampler(), space: mixedSpace })
 */
export const mixedSpace: Space = {
  lr: float(1e-5, 1e-1, { log: true }),
  momentum: float(0, 0.9, { step: 0.1 }),
  layers: int(1, 6),
  act: categorical(['relu', 'tanh', null]),
  constant: float(0.5, 0.5),
  model: oneOf({
    svm: { c: float(0.1, 10) },
    forest: { trees: int(10, 100, { step: 10 }), depth: int(1, 8, { log: true }) },
    none: {},
  }),
};

/**
 * A finite space with 3 * 4 * (5 + 2 + 1) = 96 points.
 * @example testSampler('my grid', { make: () => new MyGrid(), space: finiteSpace })
 */
export const finiteSpace: Space = {
  act: categorical(['relu', 'tanh', null]),
  layers: int(1, 4),
  constant: int(7, 7),
  model: oneOf({ svm: { c: float(0, 1, { step: 0.25 }) }, forest: { deep: categorical([true, false]) }, none: {} }),
};

/** Creates the sampler for a study with this space. `null` stands for a study whose trials call {@link suggestAll}. */
export function samplerFor(subject: SamplerSubject, space: Space | null): Sampler {
  if (space !== null) return subject.make({ space, params: compileSpace(space).compiled.params });
  return subject.make({ space, params: suggestedParams });
}

export function isExclusive(subject: SamplerSubject): boolean {
  const { exclusive = false } = samplerFor(subject, subject.space ?? finiteSpace).supports;
  return exclusive !== false && exclusive !== 'ranks';
}

export function spaceOf(subject: SamplerSubject): Space {
  return subject.space ?? (isExclusive(subject) ? finiteSpace : mixedSpace);
}

/**
 * In-memory storage. All workers share one `MemoryStorage` object, also after a restart.
 * @example testSampler('mine', { make: () => new MySampler(), storages: [memory] })
 */
export const memory: NamedStorage = { name: 'memory', open: () => new MemoryStorage() };

/** The storage as another process opens it, while the first process runs or after it was killed. */
export async function secondConnection(subject: StorageSubject, storage: Storage): Promise<Storage> {
  return subject.second === undefined ? storage : subject.second(storage);
}

const suggestedParams: readonly SuggestedParam[] = [
  { name: 'lr', dist: float(1e-5, 1e-1, { log: true }) },
  { name: 'act', dist: categorical(['relu', 'tanh', null]) },
  { name: 'layers', dist: int(1, 6) },
  { name: 'constant', dist: int(3, 3) },
  { name: 'slope', dist: float(0, 1, { step: 0.25 }) },
];

/** Suggests the parameters of a trial without a declared space. `slope` exists only when `act` is 'relu'. */
export function suggestAll(suggest: (name: string, dist: Distribution) => unknown): void {
  let act: unknown;
  for (const { name, dist } of suggestedParams) {
    if (name === 'slope' && act !== 'relu') continue;
    const value = suggest(name, dist);
    if (name === 'act') act = value;
  }
}
