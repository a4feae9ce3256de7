import { type Law, runLaws, type Skip } from '../law.ts';
import { boundsLaws } from './bounds-laws.ts';
import { determinismLaws } from './determinism-laws.ts';
import { exclusiveLaws } from './exclusive-laws.ts';
import { failureLaws } from './failure-laws.ts';
import { repeatLaws, repeatLawsOn } from './repeat-laws.ts';
import { overlapLaws, replayLaws } from './replay-laws.ts';
import { resumeLaws } from './resume-laws.ts';
import { sharedObjectLaws } from './shared-object-laws.ts';
import { memory, type NamedStorage, type SamplerSubject } from './subject.ts';

/**
 * The laws about restarts and workers, on one storage.
 * @example runLaws('mine on sqlite', samplerLawsOn(sqlite), { make: () => new MySampler() }, [])
 */
export function samplerLawsOn(on: NamedStorage): readonly Law<SamplerSubject>[] {
  return [...resumeLaws(on), ...overlapLaws(on), ...exclusiveLaws(on), ...repeatLawsOn(on)];
}

/**
 * All laws that concern a sampler; those about restarts and workers once for every storage.
 * @example samplerLaws({ make: () => new MySampler() }).map(({ name }) => name)
 */
export function samplerLaws(subject: SamplerSubject): readonly Law<SamplerSubject>[] {
  const storages = subject.storages ?? [memory];
  return [
    ...boundsLaws,
    ...determinismLaws,
    ...sharedObjectLaws,
    ...failureLaws,
    ...repeatLaws,
    ...replayLaws,
    ...storages.flatMap(samplerLawsOn),
  ];
}

export interface SamplerSuite extends SamplerSubject {
  /** Laws that this sampler does not keep, and why. */
  readonly skip?: readonly Skip[];
}

/**
 * Runs the laws of samplers as Vitest tests: in bounds, deterministic, resuming as if never interrupted, at ease with
 * failure, free of collisions, without repeats where a study avoids them. A skip that names no law is an error.
 * @example
 * testSampler('mine', { make: () => new MySampler() });
 */
export function testSampler(name: string, suite: SamplerSuite): void {
  runLaws(`sampler: ${name}`, samplerLaws(suite), suite, suite.skip ?? []);
}
