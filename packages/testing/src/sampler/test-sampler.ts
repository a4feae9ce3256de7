import { type Law, runLaws, type Skip } from '../law.ts';
import { checkSuite } from '../suite-checks.ts';
import { boundsLaws } from './bounds-laws.ts';
import { determinismLaws } from './determinism-laws.ts';
import { duplicateLaws, duplicateLawsOn } from './duplicate-laws.ts';
import { exclusiveLaws } from './exclusive-laws.ts';
import { failureLaws } from './failure-laws.ts';
import { prunedLaws } from './pruned-laws.ts';
import { overlapLaws, replayLaws } from './replay-laws.ts';
import { resumeLaws } from './resume-laws.ts';
import { sharedObjectLaws } from './shared-object-laws.ts';
import { memory, type NamedStorage, type SamplerSubject } from './subject.ts';

/**
 * The laws about restarts and workers, on one storage.
 * @example runLaws('mine on sqlite', samplerLawsOn(sqlite), { make: () => new MySampler() }, [])
 */
export function samplerLawsOn(on: NamedStorage): readonly Law<SamplerSubject>[] {
  return [...resumeLaws(on), ...overlapLaws(on), ...exclusiveLaws(on), ...duplicateLawsOn(on)];
}

/**
 * All laws for a sampler. The laws about restarts and workers are repeated for each storage.
 * @example samplerLaws({ make: () => new MySampler() }).map(({ name }) => name)
 */
export function samplerLaws(subject: SamplerSubject): readonly Law<SamplerSubject>[] {
  const storages = subject.storages ?? [memory];
  return [
    ...boundsLaws,
    ...determinismLaws,
    ...sharedObjectLaws,
    ...failureLaws,
    ...prunedLaws,
    ...duplicateLaws,
    ...replayLaws,
    ...storages.flatMap(samplerLawsOn),
  ];
}

export interface SamplerSuite extends SamplerSubject {
  /** Laws that this sampler does not satisfy, and the reasons. */
  readonly skip?: readonly Skip[];
}

/**
 * Registers the laws of samplers as Vitest tests: bounds, determinism, failures, pruned trials, duplicates, resuming a study, replay of
 * stored proposals, and concurrent workers.
 * @throws AsktellError `invalid-argument`; Error when a skip names an unknown law or gives no reason
 * @example
 * testSampler('mine', { make: () => new MySampler() });
 */
export function testSampler(name: string, suite: SamplerSuite): void {
  checkSuite('testSampler', name, suite, 'make', ['spaces', 'space', 'storages']);
  runLaws(`sampler: ${name}`, samplerLaws(suite), suite, suite.skip ?? []);
}
