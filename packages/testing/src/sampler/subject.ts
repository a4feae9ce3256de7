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

/** A storage on which the laws about restarts and workers are tried. */
export interface NamedStorage extends StorageSubject {
  readonly name: string;
}

/** The study that a sampler is made for. */
export interface SamplerTarget {
  /** The declared space, or `null` for define-by-run. */
  readonly space: Space | null;
  /** All parameters of the space, or all that trials are going to suggest. */
  readonly params: readonly SuggestedParam[];
}

export interface SuggestedParam {
  readonly name: string;
  readonly dist: Distribution;
}

/** How the laws get at a sampler. */
export interface SamplerSubject {
  /** The sampler as it is configured for a study: once per worker and restart. Most need not look at the study. */
  readonly make: (target: SamplerTarget) => Sampler;
  /** The spaces it is tried on. Default `arbitrarySpace()`; finite ones for exclusive samplers. */
  readonly spaces?: fc.Arbitrary<Space>;
  /** The space of the laws that need many trials: 60 different points at least. Default {@link mixedSpace}, or {@link finiteSpace}. */
  readonly space?: Space;
  /** Where restarts and workers are tried. Default: in memory. */
  readonly storages?: readonly NamedStorage[];
}

/**
 * One parameter of each kind, one of them single-valued, and branches.
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
 * 3 * 4 * (5 + 2 + 1) = 96 points.
 * @example testSampler('my grid', { make: () => new MyGrid(), space: finiteSpace })
 */
export const finiteSpace: Space = {
  act: categorical(['relu', 'tanh', null]),
  layers: int(1, 4),
  constant: int(7, 7),
  model: oneOf({ svm: { c: float(0, 1, { step: 0.25 }) }, forest: { deep: categorical([true, false]) }, none: {} }),
};

/** The sampler for a study with this space; `null`: one in which {@link suggestAll} is used. */
export function samplerFor(subject: SamplerSubject, space: Space | null): Sampler {
  if (space !== null) return subject.make({ space, params: compileSpace(space).compiled.params });
  return subject.make({ space, params: suggestedParams });
}

export function isExclusive(subject: SamplerSubject): boolean {
  const { exclusive = false } = samplerFor(subject, subject.space ?? finiteSpace).supports;
  return exclusive !== false;
}

export function spaceOf(subject: SamplerSubject): Space {
  return subject.space ?? (isExclusive(subject) ? finiteSpace : mixedSpace);
}

/**
 * In memory: a killed worker's successor finds the same object.
 * @example testSampler('mine', { make: () => new MySampler(), storages: [memory] })
 */
export const memory: NamedStorage = { name: 'memory', open: () => new MemoryStorage() };

/** The storage as another process finds it while the first one is still there, or was killed. */
export async function elsewhere(subject: StorageSubject, storage: Storage): Promise<Storage> {
  return subject.second === undefined ? storage : subject.second(storage);
}

const suggestedParams: readonly SuggestedParam[] = [
  { name: 'lr', dist: float(1e-5, 1e-1, { log: true }) },
  { name: 'act', dist: categorical(['relu', 'tanh', null]) },
  { name: 'layers', dist: int(1, 6) },
  { name: 'constant', dist: int(3, 3) },
  { name: 'slope', dist: float(0, 1, { step: 0.25 }) },
];

/** What a trial suggests when no space is declared: one parameter decides whether another is there. */
export function suggestAll(suggest: (name: string, dist: Distribution) => unknown): void {
  let act: unknown;
  for (const { name, dist } of suggestedParams) {
    if (name === 'slope' && act !== 'relu') continue;
    const value = suggest(name, dist);
    if (name === 'act') act = value;
  }
}
